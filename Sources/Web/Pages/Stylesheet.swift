/// The pages' looks: light and dark, from a phone's width up.
enum Stylesheet {
    static let text = """
        :root {
          color-scheme: light dark;
          --paper: #fbfaf8; --card: #fff; --ink: #1f2428; --faint: #5c666f; --line: #d8dcdf;
          --accent: #1d5c8c; --on-accent: #fff; --good: #1f6b3a; --bad: #a8261c;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #16191c; --card: #1e2327; --ink: #e7eaec; --faint: #a3adb5; --line: #363d43;
            --accent: #7ab8e6; --on-accent: #10202c; --good: #7fd09b; --bad: #ff9c92;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; max-width: 46rem; padding: 0 1rem 3rem; background: var(--paper); color: var(--ink);
          font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
        }
        header { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: 1rem 0; }
        header span { color: var(--faint); }
        .brand { font-weight: 700; font-size: 1.15rem; color: inherit; text-decoration: none; }
        section {
          margin: 0 0 1.5rem; padding: 1.25rem; border: 1px solid var(--line); border-radius: .75rem;
          background: var(--card);
        }
        .narrow { max-width: 26rem; margin: 2rem auto; }
        h1, h2 { margin: 0 0 1rem; line-height: 1.25; }
        h1 { font-size: 1.4rem; }
        h2 { font-size: 1.15rem; }
        a { color: var(--accent); }
        label { display: block; margin: .75rem 0 .25rem; font-weight: 600; }
        fieldset { margin: 0; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; }
        legend { padding: 0 .25rem; font-weight: 600; }
        .choice { display: flex; gap: .5rem; margin: .25rem 0; font-weight: 400; }
        input:not([type=radio]) {
          width: 100%; padding: .6rem; border: 1px solid var(--line); border-radius: .5rem;
          background: var(--paper); color: inherit; font: inherit;
        }
        button {
          margin-top: 1rem; padding: .6rem 1.25rem; border: 0; border-radius: .5rem; background: var(--accent);
          color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer;
        }
        button:disabled { opacity: .6; cursor: default; }
        .quiet {
          margin: 0; padding: .3rem .7rem; border: 1px solid var(--line); background: none; color: inherit;
          font-weight: 400;
        }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        .hint { color: var(--faint); font-size: .9rem; }
        .alert { color: var(--bad); font-weight: 600; }
        .items { list-style: none; margin: 0; padding: 0; }
        .items li { padding: .75rem 0; border-top: 1px solid var(--line); }
        .items p { margin: .25rem 0 0; color: var(--faint); }
        .name { font-weight: 600; }
        .state { color: var(--faint); }
        .published .state { color: var(--good); }
        .failed .state { color: var(--bad); }
        progress { display: block; width: 100%; height: .6rem; margin: .4rem 0; accent-color: var(--accent); }
        .items a { display: inline-block; padding: .25rem 0; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

        """
}
