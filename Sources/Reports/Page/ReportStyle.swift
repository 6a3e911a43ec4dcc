/// How pages look: no fonts, nothing from elsewhere; light, dark and on paper.
package enum ReportStyle {
    /// Colours as variables.
    package static let colours = """
        :root{\(Ink.variables(\.light));--best:#e8f0fb}
        @media (prefers-color-scheme:dark){:root{\(Ink.variables(\.dark));--best:#1c2b40}}
        @media print{:root{\(Ink.variables(\.light));--ink:#000;--muted:#444;--line:#ccc;
        --best:#e8f0fb}}
        """

    /// What stands on a page.
    package static let page = """
        *{box-sizing:border-box}
        html{background:var(--paper);color:var(--ink);color-scheme:light dark;
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
        -webkit-print-color-adjust:exact;print-color-adjust:exact}
        body{max-width:1180px;margin:0 auto;padding:40px 24px 80px}
        h1{font-size:28px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
        h2{font-size:21px;margin:56px 0 4px;padding-top:20px;border-top:1px solid var(--line)}
        h3{font-size:15px;margin:32px 0 10px}
        p{margin:0 0 12px}.muted,small{color:var(--muted)}small{font-size:12px}
        a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th{font-weight:600;font-size:13px;color:var(--muted);text-align:right;
        border-bottom:1px solid var(--line);padding:6px 10px;vertical-align:bottom}
        td{text-align:right;padding:7px 10px;border-bottom:1px solid var(--line)}
        th:first-child,td:first-child,th.left,td.left{text-align:left}
        .scroll{overflow-x:auto;margin:18px 0}
        .chips{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0 8px}
        .chips div{background:var(--cell);border-radius:8px;padding:8px 13px;min-width:92px}
        .chips b{display:block;font-size:19px;font-variant-numeric:tabular-nums}
        .chips span{font-size:12px;color:var(--muted)}
        .per td,.per th{padding:4px 10px;font-size:14px}
        .bar{display:inline-block;vertical-align:middle;width:72px;height:7px;margin-right:10px;
        border-radius:4px;background:var(--cell)}
        .bar i{display:block;height:7px;border-radius:4px;background:var(--accent)}
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(168px,1fr));gap:16px}
        figure{margin:0;background:var(--cell);border-radius:8px;overflow:hidden}
        figure img{display:block;width:100%;aspect-ratio:1;object-fit:contain;background:#000}
        figcaption{padding:9px 11px;font-size:13px;line-height:1.4;overflow-wrap:anywhere}
        .miss{color:var(--miss);font-weight:600}
        ul{margin:0;padding-left:20px}li{margin:3px 0}
        code{font:12.5px/1.5 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
        pre{background:var(--cell);border-radius:8px;padding:12px 14px;margin:0 0 10px;
        white-space:pre-wrap;overflow-wrap:anywhere}
        @page{margin:14mm}
        @media print{html{font-size:12px}body{padding:0;max-width:none}
        h1,h2,h3{break-after:avoid}h3{margin:18px 0 6px}
        figure,tr,svg,.chips{break-inside:avoid}thead{display:table-header-group}
        .scroll{overflow:visible}}
        """

    /// What stands on a report only.
    static let report = """
        nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:14px 0 4px;font-size:14px}
        .headline td{white-space:nowrap}.headline td b{font-size:17px;font-weight:600}
        .headline td:first-child{white-space:normal;font-weight:600;min-width:150px}
        .headline td small{display:block}.headline td.best{background:var(--best)}
        .alarm{border:2px solid var(--alarm);color:var(--alarm);border-radius:8px;
        padding:10px 14px;margin:16px 0;font-weight:600}.alarm p{margin:0}
        .pair{display:flex;flex-wrap:wrap;gap:8px 32px;align-items:flex-start}
        .plate{min-width:0;max-width:100%;overflow-x:auto;overflow-y:hidden}
        .plate svg{display:block;max-width:100%;height:auto}
        .alarmed{color:var(--alarm);font-weight:600}.per td small{display:block;white-space:nowrap}
        @media (min-width:1000px){.fit{flex-wrap:nowrap}.fit>*{flex:0 1 auto}
        .fit>*+*{flex:0 0 auto}}
        .tabs>input{position:absolute;opacity:0;pointer-events:none}
        .tabs>label{display:inline-block;padding:4px 12px;margin:10px 8px 14px 0;
        border:1px solid var(--line);border-radius:99px;font-size:13px;cursor:pointer;
        color:var(--muted)}
        .tabs>input:checked+label{background:var(--best);color:var(--ink);
        border-color:var(--accent)}
        .tabs>input:focus-visible+label{outline:2px solid var(--accent)}
        .tabs>.pane{display:none}
        #a0:checked~.pane:nth-of-type(1),#a1:checked~.pane:nth-of-type(2){display:block}
        .only-print{display:none}
        .pick{margin:26px 0 -18px;font-size:14px}
        select{font:inherit;color:inherit;background:var(--cell);border:1px solid var(--line);
        border-radius:6px;padding:3px 8px;max-width:100%}
        .fig [data-t]{cursor:default}.fig [data-t]:hover{opacity:1}
        .fig.lit [data-c]{opacity:.08}.fig.lit [data-c].on{opacity:1}
        .fig.lit text[data-c]{opacity:.3}.fig.lit text[data-c].on{opacity:1}
        .fig.lit polyline.on{stroke-width:2.6}
        #tip{position:fixed;z-index:9;max-width:310px;padding:9px 11px;border-radius:8px;
        background:var(--paper);color:var(--ink);border:1px solid var(--muted);
        box-shadow:0 4px 18px #0004;font-size:13px;line-height:1.4;pointer-events:none;
        white-space:pre-line;overflow-wrap:anywhere}
        #tip span{display:block}
        .tile{display:inline-block;border-radius:4px;margin:0 5px 4px 0;background-color:#000}
        table.sort th[tabindex]{cursor:pointer}table.sort th[tabindex]:hover{color:var(--ink)}
        th[aria-sort=ascending]:after{content:" ↑"}th[aria-sort=descending]:after{content:" ↓"}
        .inputs{list-style:none;padding:0}.inputs li{margin:6px 0}
        @media (max-width:760px){body{padding:24px 14px 60px}.wide svg{max-width:none}
        h1{font-size:23px}}
        @media print{h2{margin-top:20px;padding-top:10px}nav,.pick,#tip,.tabs>input,.tabs>label{display:none!important}
        .only-print{display:block}.method{break-before:page}.method h2{border:0;margin:0}
        .plate{overflow:visible;break-inside:avoid}.pair{flex-wrap:nowrap;gap:14px}
        .pair>*{flex:1 1 0}.fit>*{flex:2.2 1 0}.fit>*+*{flex:1 1 0}
        #curves,.map,.tabs,.alarm{break-inside:avoid}.headline td b{font-size:14px}
        .headline td,.headline th{padding:4px 6px}small{font-size:10px}
        .per td,.per th{padding:2px 8px;font-size:11px}.cards{grid-template-columns:repeat(5,1fr);
        gap:8px}figcaption{font-size:10px;padding:5px 7px}figure{border:1px solid var(--line)}}
        """
}
