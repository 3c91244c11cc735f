import Glibc

/// What the doctor drops: a second of a 440 Hz tone, as a RIFF/WAVE file of 16-bit samples.
enum ProbeSound {
    private static let rate = 44_100

    static var bytes: [UInt8] {
        let samples = (0..<rate).map { Int16(8000 * sin(2 * Double.pi * 440 * Double($0) / Double(rate))) }
        func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
            withUnsafeBytes(of: number.littleEndian) { Array($0) }
        }
        let sound = samples.flatMap(little)
        let format: [[UInt8]] = [
            little(UInt32(16)), little(UInt16(1)), little(UInt16(1)), little(UInt32(rate)), little(UInt32(2 * rate)),
            little(UInt16(2)), little(UInt16(16)),
        ]
        let body =
            Array("WAVEfmt ".utf8) + format.flatMap { $0 } + Array("data".utf8) + little(UInt32(sound.count)) + sound
        return Array("RIFF".utf8) + little(UInt32(body.count)) + body
    }
}
