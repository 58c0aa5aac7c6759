namespace SkillFactory.Reporting.Pages;

/// <summary>Style sheet and document start of the pages. Colours are variables, so that plots follow the light or dark colour
/// scheme.</summary>
internal static class ReportStyle
{
    /// <summary>Number of arm colours (<c>k1</c> …). <c>k0</c> is the colour of the base model.</summary>
    public const int ArmColours = 7;

    /// <summary>The document up to the title.</summary>
    public const string DocumentStart = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>

        """;

    public const string Css = """
        :root {
          color-scheme: light dark;
          --paper: #fdfdfb; --raised: #f5f5f1; --ink: #1c2024; --muted: #5c646c; --rule: #dfe1dd; --link: #0b5a8a;
          --k0: #767d84; --k1: #0a7a6c; --k2: #2f62c9; --k3: #b4570a; --k4: #8b3fb5; --k5: #b0304f; --k6: #55741a; --k7: #6a5a3d;
          --good: #12703c; --bad: #ad2626; --sample: #e7f0fa; --reflect: #f6edf9; --answer: #fff3d1;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14171a; --raised: #1c2024; --ink: #e6e8ea; --muted: #9ba4ac; --rule: #2e343a; --link: #7dbdec;
            --k0: #949ca4; --k1: #38bfa9; --k2: #7ba6f7; --k3: #eb9a4c; --k4: #c68be6; --k5: #ef7b95; --k6: #a5c95c; --k7: #c9b48c;
            --good: #5fcb8c; --bad: #f08a8a; --sample: #1b2a3a; --reflect: #2f2238; --answer: #453a15;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
        body {
          margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
        }
        main, header, footer { max-width: 66rem; margin: 0 auto; padding: 0 1.25rem; }
        header { padding-top: 3rem; }
        h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -.015em; margin: 0 0 .3rem; font-weight: 650; }
        h2 {
          font-size: 1.3rem; letter-spacing: -.01em; margin: 3.2rem 0 .6rem; padding-top: .9rem;
          border-top: 1px solid var(--rule); font-weight: 620;
        }
        h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; font-weight: 620; }
        p, ul { max-width: 46rem; }
        p { margin: .5rem 0; }
        .note, figcaption, caption { color: var(--muted); font-size: .875rem; }
        a { color: var(--link); text-underline-offset: .15em; }
        nav { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .9rem; margin: 3rem 0 0; }
        dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem 1.4rem; margin: 1.2rem 0 0; }
        dl.facts dt { color: var(--muted); font-size: .78rem; }
        dl.facts dd { margin: 0; font-size: .95rem; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        .lead { font-size: 1.2rem; line-height: 1.45; margin: 0 0 1rem; }
        ul.words { padding: 0; list-style: none; margin: 1rem 0; }
        ul.words li { margin: .35rem 0; }
        .response pre { margin: .1rem 0 .5rem; font-size: .9rem; }
        .response h4 { margin-top: .6rem; }
        .key { display: block; margin: .5rem 0 .3rem; }
        .chart { --ticks: 5; --colour: var(--k0); }
        .chart { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 1.2rem 3rem; }
        .chart h3 { margin: .6rem 0 0; } .chart h4 { margin: .9rem 0 .15rem; }
        .chart ul { list-style: none; margin: 0; padding: 0; max-width: none; }
        .chart li, .chart .ticks { display: grid; grid-template-columns: 9.5rem 1fr 2.6rem; column-gap: .7rem; align-items: center; }
        .chart .name { font-size: .85rem; line-height: 1.25; overflow-wrap: anywhere; }
        .chart .value { font-size: .85rem; text-align: right; font-variant-numeric: tabular-nums; }
        .chart .plot {
          position: relative; align-self: stretch; min-height: 1.5rem; border-right: 1px solid var(--rule);
          background: linear-gradient(to right, var(--rule) 1px, transparent 1px) 0 0 / calc(100% / var(--ticks)) 100%;
        }
        .chart .plot span { position: absolute; top: 50%; transform: translateY(-50%); }
        .chart .interval, .chart .mark { print-color-adjust: exact; forced-color-adjust: none; }
        .chart .interval { height: 3px; border-radius: 2px; background: var(--colour); opacity: .45; }
        .chart .plot .mark {
          width: .7rem; height: .7rem; border-radius: 50%; border: 2px solid var(--colour); background: var(--colour);
          transform: translate(-50%, -50%);
        }
        .chart .plot .hollow { background: var(--paper); }
        .chart .ticks { color: var(--muted); font-size: .78rem; margin-top: .15rem; font-variant-numeric: tabular-nums; }
        .chart .ticks .plot { background: none; border: 0; }
        .chart .ticks .plot span { transform: translate(-50%, -50%); }
        article { border-top: 1px solid var(--rule); padding: .7rem 0 .4rem; }
        article h3 { margin: 0 0 .3rem; }
        h4 { font-size: .85rem; font-weight: 550; color: var(--muted); margin: 0; }
        .effects { display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)); gap: .7rem 1.4rem; }
        .effects p { margin: .2rem 0; font-variant-numeric: tabular-nums; }
        .effects small span { white-space: nowrap; }
        .wide { overflow-x: auto; margin: 1rem 0; }
        .wide:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; }
        table {
          border-collapse: separate; border-spacing: 0; font-size: .9rem; font-variant-numeric: tabular-nums;
          min-width: min(100%, 30rem);
        }
        /* Captions and row heads stay visible while a table scrolls sideways. */
        caption { text-align: left; padding-bottom: .5rem; caption-side: top; }
        caption span { position: sticky; left: 0; display: inline-block; max-width: min(46rem, calc(100vw - 2.5rem)); }
        th[scope=row]:first-child, thead th:first-child { position: sticky; left: 0; background: var(--paper); z-index: 1; }
        th, td {
          text-align: right; padding: .42rem .8rem .42rem 0; border-bottom: 1px solid var(--rule); vertical-align: top;
          white-space: nowrap;
        }
        thead th { color: var(--muted); font-weight: 550; font-size: .82rem; vertical-align: bottom; border-bottom-color: var(--muted); }
        th[scope=row], th.l, td.l { text-align: left; font-weight: 500; }
        thead th.l { font-weight: 550; }
        tr.group th { text-align: left; font-weight: 620; padding-top: 1.1rem; border-bottom-color: var(--muted); }
        tr.group span { position: sticky; left: 0; }
        tr.foot th, tr.foot td { color: var(--muted); }
        small { display: block; color: var(--muted); font-size: .78rem; }
        .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1.4rem 2rem; margin: 1rem 0; }
        figure { margin: 0; min-width: 0; }
        figure h3 { margin: 0 0 .2rem; font-size: .92rem; }
        svg { display: block; width: 100%; height: auto; overflow: visible; }
        svg text {
          font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--ink);
          font-variant-numeric: tabular-nums;
        }
        svg .axis { fill: var(--muted); font-size: 11px; }
        svg .rule { stroke: var(--rule); stroke-width: 1; }
        svg .thin { fill: none; stroke-width: .8; opacity: .4; }
        svg .thick { fill: none; stroke-width: 2; stroke-linejoin: round; }
        svg .dashed { fill: none; stroke-width: 1.4; stroke-dasharray: 4 3; }
        svg .step { fill: none; stroke-width: 1.5; }
        svg .fine { stroke-width: 1; opacity: .6; }
        .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .88rem; margin: .6rem 0; padding: 0; list-style: none; }
        .dot { display: inline-block; width: .65rem; height: .65rem; border-radius: 50%; margin-right: .4rem; border: 2px solid; }
        .meter { display: block; height: .5rem; margin-top: .45rem; min-width: 8rem; background: var(--raised); }
        .meter > span { display: block; height: 100%; background: var(--k2); }
        .yes { color: var(--good); } .no { color: var(--bad); }
        fieldset { border: 0; margin: .3rem 0; padding: 0; display: flex; flex-wrap: wrap; gap: .1rem .9rem; font-size: .88rem; }
        legend { float: left; color: var(--muted); min-width: 4.5rem; padding: 0; }
        label { white-space: nowrap; } input { margin: 0 .35rem 0 0; vertical-align: -1px; accent-color: var(--link); }
        .samples { margin-top: .8rem; }
        code { font: .85em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        details { border-top: 1px solid var(--rule); padding: .5rem 0; }
        details:last-of-type { border-bottom: 1px solid var(--rule); }
        summary { cursor: pointer; }
        pre {
          background: var(--raised); padding: .9rem 1rem; overflow-x: auto;
          font: .82rem/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; margin: .6rem 0;
        }
        pre.trace { white-space: pre-wrap; overflow-wrap: anywhere; }
        .start::before { content: "\A"; }
        .tag { color: var(--muted); } .in-sample { background: var(--sample); } .in-reflect { background: var(--reflect); }
        .in-answer { background: var(--answer); font-weight: 600; }
        .said-correct { color: var(--good); font-weight: 650; }
        .said-incorrect { color: var(--bad); font-weight: 650; }
        footer { color: var(--muted); font-size: .85rem; padding-top: 3rem; padding-bottom: 3rem; }
        @media (max-width: 40rem) {
          body { font-size: 15px; }
          header { padding-top: 1.6rem; }
          h1 { font-size: 1.6rem; }
          h2 { margin-top: 2.4rem; }
          th, td { padding-right: .6rem; }
          .chart li, .chart .ticks { grid-template-columns: 7.5rem 1fr 2.4rem; }
          .effects { grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .7rem 1rem; }
          th[scope=row]:first-child { max-width: 9.5rem; white-space: normal; }
        }
        @media print { nav { display: none; } .wide { overflow: visible; } details { break-inside: avoid; } }
        """;
}
