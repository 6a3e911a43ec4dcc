/// How the report looks: no scripts, no fonts, nothing from elsewhere; light, dark and on paper.
package enum ReportStyle {
    /// Colours, for the page and for pictures that stand alone.
    package static let colours = """
        :root{--paper:#fff;--ink:#1b2026;--muted:#66707b;--line:#e2e6ea;--cell:#f3f5f7;
        --accent:#1f5fb4;--miss:#c8511b;--best:#e8f0fb}
        @media (prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e6e9ec;--muted:#98a2ad;
        --line:#2d333a;--cell:#1e2328;--accent:#79aef5;--miss:#f08a52;--best:#1c2b40}}
        @media print{:root{--paper:#fff;--ink:#000;--muted:#444;--line:#bbb;--cell:#f3f5f7;
        --accent:#1f5fb4;--miss:#c8511b;--best:#e8f0fb}}
        """

    /// What stands on a page.
    package static let page = """
        *{box-sizing:border-box}
        html{background:var(--paper);color:var(--ink);color-scheme:light dark;
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
        -webkit-print-color-adjust:exact;print-color-adjust:exact}
        body{max-width:1080px;margin:0 auto;padding:40px 24px 80px}
        h1{font-size:28px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
        h2{font-size:21px;margin:56px 0 4px;padding-top:20px;border-top:1px solid var(--line)}
        h3{font-size:15px;margin:32px 0 10px}
        p{margin:0 0 12px}.muted,small{color:var(--muted)}small{font-size:12px}
        a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th{font-weight:600;font-size:13px;color:var(--muted);text-align:right;
        border-bottom:1px solid var(--line);padding:6px 10px;vertical-align:bottom}
        td{text-align:right;padding:7px 10px;border-bottom:1px solid var(--line)}
        th:first-child,td:first-child,.left{text-align:left}
        .headline td{white-space:nowrap}.headline td b{font-size:17px;font-weight:600}
        .headline td:first-child{white-space:normal;font-weight:600;min-width:150px}
        .headline td small{display:block}.headline td.best{background:var(--best)}
        .scroll{overflow-x:auto;margin:18px 0}
        .warning{color:#b3261e;border-left:4px solid #b3261e;padding:6px 12px;font-weight:600}
        @media (prefers-color-scheme:dark){.warning{color:#ff8a80;border-color:#ff8a80}}
        .chips{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0 8px}
        .chips div{background:var(--cell);border-radius:8px;padding:8px 14px;min-width:104px}
        .chips b{display:block;font-size:19px;font-variant-numeric:tabular-nums}
        .chips span{font-size:12px;color:var(--muted)}
        .pair{display:flex;flex-wrap:wrap;gap:24px;align-items:flex-start}
        .pair>div:first-child{flex:1 1 600px;min-width:0}.pair>div+div{flex:0 1 300px}
        svg{max-width:100%;height:auto}
        .per td,.per th{padding:4px 10px;font-size:14px}
        .bar{display:inline-block;vertical-align:middle;width:72px;height:7px;margin-right:10px;
        border-radius:4px;background:var(--cell)}
        .bar i{display:block;height:7px;border-radius:4px;background:var(--accent)}
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(168px,1fr));gap:16px}
        figure{margin:0;background:var(--cell);border-radius:8px;overflow:hidden}
        figure img{display:block;width:100%;aspect-ratio:1;object-fit:contain;background:#000}
        figcaption{padding:9px 11px;font-size:13px;line-height:1.4;overflow-wrap:anywhere}
        figcaption .miss{color:var(--miss);font-weight:600}
        ul{margin:0;padding-left:20px}li{margin:3px 0}
        code{font:12.5px/1.5 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
        pre{background:var(--cell);border-radius:8px;padding:12px 14px;margin:0 0 10px;
        white-space:pre-wrap;overflow-wrap:anywhere}
        @media print{body{padding:0;max-width:none}h2{break-before:page;border:0}
        figure,tr,svg{break-inside:avoid}.scroll{overflow:visible}}
        """
}
