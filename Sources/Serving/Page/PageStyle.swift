/// The page's look, light or dark as the system is.
enum PageStyle {
    static let text = """
        :root {
          color-scheme: light dark;
          --ground: #f7f8f7; --sheet: #ffffff; --ink: #1b2420; --faint: #5c6a63;
          --line: #d5dcd8; --bar: #2f7d5b; --track: #e6ebe8; --warn: #a3341f;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #141917; --sheet: #1d2421; --ink: #e6ece9; --faint: #98a69f;
            --line: #35403b; --bar: #4fae85; --track: #2a332f; --warn: #f08a70;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; max-width: 64rem; padding: 1.5rem;
          background: var(--ground); color: var(--ink);
          font: 1rem/1.5 system-ui, sans-serif;
        }
        h1 { margin: 0; font-size: 1.5rem; }
        h2 { margin: 0 0 .75rem; font-size: 1.25rem; }
        h3 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
        header p, footer, #status { color: var(--faint); margin: .25rem 0 1.25rem; }
        main { display: grid; gap: 1.5rem; grid-template-columns: 1fr 1fr; align-items: start; }
        @media (max-width: 44rem) { main { grid-template-columns: 1fr; } }
        section {
          background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem;
          padding: 1.25rem; min-width: 0;
        }
        #controls { display: flex; flex-wrap: wrap; gap: 1rem; margin-bottom: 1rem; }
        select, input[type=password] {
          font: inherit; color: inherit; background: var(--ground);
          border: 1px solid var(--line); border-radius: .4rem; padding: .25rem .5rem;
        }
        #drop {
          display: flex; flex-direction: column; align-items: center; justify-content: center;
          gap: .75rem; min-height: 16rem; padding: 1rem; cursor: pointer;
          border: 2px dashed var(--line); border-radius: .5rem; color: var(--faint);
          text-align: center;
        }
        #drop.over, #drop:focus-within { border-color: var(--bar); color: var(--ink); }
        #picture { max-width: 100%; max-height: 24rem; border-radius: .25rem; }
        #file { position: absolute; width: 1px; height: 1px; opacity: 0; }
        #status.failed { color: var(--warn); }
        #status:empty { display: none; }
        ol, ul { list-style: none; margin: 0; padding: 0; }
        #classes li { margin-bottom: .6rem; }
        .name { display: flex; justify-content: space-between; gap: 1rem; }
        .name span:first-child { overflow-wrap: anywhere; }
        .name span:last-child { font-variant-numeric: tabular-nums; }
        progress {
          appearance: none; display: block; width: 100%; height: .5rem; border: 0;
          border-radius: .25rem; overflow: hidden; background: var(--track);
        }
        progress::-webkit-progress-bar { background: var(--track); }
        progress::-webkit-progress-value { background: var(--bar); }
        progress::-moz-progress-bar { background: var(--bar); }
        #neighbors { display: grid; gap: .75rem; grid-template-columns: repeat(3, 1fr); }
        #neighbors li { font-size: .8rem; min-width: 0; overflow-wrap: anywhere; }
        #neighbors img { display: block; width: 100%; border-radius: .25rem; }
        #neighbors b { display: block; }
        #neighbors span { color: var(--faint); font-variant-numeric: tabular-nums; }
        a { color: inherit; margin-right: 1rem; }
        footer { margin-top: 1.5rem; }
        [hidden] { display: none !important; }

        """
}
