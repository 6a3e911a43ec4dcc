internal import CambiumImaging
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// The page at `/`: drop an image on it, see its class. Everything comes from this server, and the
/// browser is told so.
enum Page {
    /// What the browser may load: this server's own script, style, answers and pictures.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// What the page does. Texts from the server only ever become text, never markup.
    static let script = String(decoding: PackageResources.page_js, as: UTF8.self)

    /// The page's look, light or dark as the system is.
    static let style = String(decoding: PackageResources.page_css, as: UTF8.self)

    /// The document.
    static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Cambium</title>
        <link rel="stylesheet" href="/page.css">
        <script src="/page.js" defer></script>
        </head>
        <body>
        <header>
        <h1>Cambium</h1>
        <p>Research only. Not for diagnosis or treatment. Images stay on this server and are not \
        kept.</p>
        </header>
        <main>
        <section aria-label="Image">
        <div id="controls">
        <label id="model-label">Model <select id="model"></select></label>
        <label id="token-label" hidden>Token
        <input id="token" type="password" autocomplete="off" spellcheck="false"></label>
        </div>
        <label id="drop" for="file">
        <img id="picture" alt="The image that was chosen" hidden>
        <span id="hint">Drop an image here, or choose one</span>
        <input id="file" type="file" accept=".png,.jpg,.jpeg,.dcm,image/png,image/jpeg">
        </label>
        </section>
        <section id="answer" aria-live="polite" aria-label="Answer">
        <p id="status">\(ImageFormat.pictures("or")).</p>
        <h2 id="top" hidden></h2>
        <ol id="classes"></ol>
        <div id="near" hidden>
        <h3>Nearest examples</h3>
        <ul id="neighbors"></ul>
        </div>
        </section>
        </main>
        <footer><a href="/openapi.json">API</a> <a href="/metrics">Metrics</a></footer>
        </body>
        </html>

        """
}
