/// A name from a file as a message shows it: one line, not too long.
package func shown(_ name: String) -> String {
    let line = name.unicodeScalars.prefix(120).map { scalar in
        scalar.properties.generalCategory == .control ? "?" : String(scalar)
    }
    return line.joined() + (line.count < name.unicodeScalars.count ? "…" : "")
}
