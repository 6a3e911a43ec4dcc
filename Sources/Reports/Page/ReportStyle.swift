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
    package static let page = String(decoding: PackageResources.page_css.dropLast(), as: UTF8.self)

    /// What stands on a report only.
    static let report = String(decoding: PackageResources.report_css.dropLast(), as: UTF8.self)
}
