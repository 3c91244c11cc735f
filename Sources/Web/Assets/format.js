// Amounts as people read them.

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(count) {
  let power = 0;
  while (count >= 1024 && power < units.length - 1) { count /= 1024; power += 1; }
  return `${power === 0 ? count : count.toFixed(1)} ${units[power]}`;
}

export function percent(fraction) { return `${Math.floor(fraction * 100)} %`; }

/** A place in a sound: `1:05`, or `1:02:05`. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const end = String(rest).padStart(2, '0');
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${end}` : `${minutes}:${end}`;
}

/** How long something will still take, coarsely: nobody wants to see it jump. */
export function timeLeft(seconds) {
  if (seconds < 10) return 'a few seconds left';
  if (seconds < 60) return `${Math.ceil(seconds / 10) * 10} s left`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min left`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min left`;
}

/** What is known of these, in one line. */
export function line(...parts) { return parts.filter(part => part).join(' · '); }
