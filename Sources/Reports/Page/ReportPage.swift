package import CambiumFiles
internal import Foundation

/// The shell of a page that needs nothing but itself: no network, no fonts, at most one script,
/// which the page names by its digest so that no other can run.
package struct ReportPage {
    private let title: String
    private let style: [String]
    private let body: HTML
    private let script: String?

    /// What a report can do beyond being read: titles with thumbnails where the pointer is, tables
    /// that sort, one class picked out of many. Without it nothing is missing but these.
    static let script = String(decoding: PackageResources.report_js.dropLast(), as: UTF8.self)

    /// A page.
    /// - Parameters:
    ///   - style: style sheets beside ``ReportStyle``'s.
    package init(title: String, style: [String] = [], body: HTML, script: String? = nil) {
        (self.title, self.style, self.body, self.script) = (title, style, body, script)
    }

    /// The whole page.
    package var html: String { page.text }

    private var page: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="generator" content="Cambium">
        <title>\(title)</title>
        <style>
        \(HTML(markup: ([ReportStyle.colours, ReportStyle.page] + style).joined(separator: "\n")))
        </style>
        </head>
        <body>
        \(body)
        \(HTML(markup: script.map { "<script>\($0)</script>\n" } ?? ""))</body>
        </html>

        """
    }

    private var policy: String {
        let allowed = script.map { "'sha256-\(Self.digest($0))'" } ?? "'none'"
        return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
            + "script-src \(allowed); base-uri 'none'; form-action 'none'"
    }

    private static func digest(_ text: String) -> String {
        let digits = Array(Digest.sha256(Array(text.utf8)))
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        return Data(bytes).base64EncodedString()
    }

    /// An image inside the page.
    package static func source(_ jpeg: [UInt8]) -> HTML {
        HTML(markup: "data:image/jpeg;base64,\(Data(jpeg).base64EncodedString())")
    }
}
