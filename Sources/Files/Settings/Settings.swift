internal import Yams

/// What is wrong in a YAML file, and where.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
    /// The file, and the line where it is known.
    public let place: String
    /// The sentence.
    public let reason: String

    /// An error at a place.
    public init(place: String, reason: String) { (self.place, self.reason) = (place, reason) }

    /// The sentence shown to the user.
    public var description: String { "\(place): \(reason)" }
}

/// A mapping of a YAML file, read key by key. Keys that nobody asked for are errors that propose
/// the nearest one somebody did ask for: a typo never becomes a silent default.
public final class Settings {
    private let file: String
    private let path: String
    private let mapping: Node.Mapping
    /// Values that came from elsewhere than the file: their whole keys and how they were given.
    private let overrides: [(key: String, text: String)]
    private var asked: Set<String> = []
    private var children: [Settings] = []
    private var named: [String: Settings] = [:]

    private init(
        _ mapping: Node.Mapping, file: String, path: String,
        overrides: [(key: String, text: String)]
    ) {
        (self.mapping, self.file, self.path) = (mapping, file, path)
        self.overrides = overrides
    }

    /// Reads a file; `overrides` are `KEY.KEY=VALUE` texts laid over it.
    public convenience init(file: String, overrides: [String] = []) throws {
        try self.init(text: FileSystem.readText(file), file: file, overrides: overrides)
    }

    /// Reads text; `file` names it in errors.
    public convenience init(text: String, file: String, overrides: [String] = []) throws {
        var node: Node
        do {
            node = try Yams.compose(yaml: text) ?? .mapping(.init([]))
        } catch {
            let reason = "\(error)".split(separator: "\n").first.map(String.init) ?? "not YAML"
            throw SettingsError(place: file, reason: "not valid YAML: \(reason)")
        }
        for override in overrides { try Self.lay(override, over: &node) }
        guard case .mapping(let mapping) = node else {
            throw SettingsError(place: file, reason: "must be a mapping of keys to values")
        }
        try Self.refuseDuplicates(mapping, file)
        self.init(
            mapping, file: file, path: "",
            overrides: overrides.map { (String($0.prefix { $0 != "=" }), $0) })
    }

    /// All keys, in the file's order. Asking for them all is not asking for each.
    public var keys: [String] { mapping.keys.compactMap { $0.scalar?.string } }

    /// The mapping under a key, nil when absent or null; the same one each time it is asked for,
    /// so that several readers can share it.
    public func settings(_ key: String) throws -> Settings? {
        guard let node = find(key) else { return nil }
        if let child = named[key] { return child }
        guard case .mapping(let mapping) = node else {
            throw error(node, key, "must be a mapping of keys to values")
        }
        let child = Settings(
            mapping, file: file, path: "\(path)\(key).", overrides: overrides)
        children.append(child)
        named[key] = child
        return child
    }

    /// The mappings of a list under a key.
    public func list(_ key: String) throws -> [Settings]? {
        guard let node = find(key) else { return nil }
        guard case .sequence(let sequence) = node else {
            throw error(node, key, "must be a list")
        }
        return try sequence.enumerated().map { index, element in
            guard case .mapping(let mapping) = element else {
                throw error(element, "\(key)[\(index)]", "must be a mapping")
            }
            let child = Settings(
                mapping, file: file, path: "\(path)\(key)[\(index)].", overrides: overrides)
            children.append(child)
            return child
        }
    }

    /// A text.
    public func string(_ key: String) throws -> String? {
        try value(key, "a text") { $0.scalar?.string }
    }

    /// A whole number.
    public func integer(_ key: String) throws -> Int? {
        try value(key, "a whole number") { $0.int }
    }

    /// A number.
    public func double(_ key: String) throws -> Double? {
        try value(key, "a number", Self.number)
    }

    /// True or false.
    public func bool(_ key: String) throws -> Bool? {
        try value(key, "true or false") { $0.bool }
    }

    /// A list of whole numbers.
    public func integers(_ key: String) throws -> [Int]? {
        try values(key, "whole numbers") { $0.int }
    }

    /// A list of numbers.
    public func doubles(_ key: String) throws -> [Double]? {
        try values(key, "numbers", Self.number)
    }

    /// A list of truth values.
    public func bools(_ key: String) throws -> [Bool]? {
        try values(key, "true or false") { $0.bool }
    }

    /// A list of texts.
    public func strings(_ key: String) throws -> [String]? {
        try values(key, "texts") { $0.scalar?.string }
    }

    /// Marks keys as known although they change nothing here.
    public func accept(_ keys: String...) { asked.formUnion(keys) }

    /// Marks every key below as known: a part that another program owns.
    public func acceptAll() {
        asked.formUnion(keys)
        for child in children { child.acceptAll() }
    }

    /// An error at a key's line.
    public func invalid(_ key: String, _ reason: String) -> SettingsError {
        error(mapping[Node(key)], key, reason)
    }

    /// Ends the reading.
    /// - Throws: ``SettingsError`` for the first key that nobody asked for, here or below.
    public func finish() throws(SettingsError) {
        for (node, _) in mapping {
            guard let key = node.scalar?.string, !asked.contains(key) else { continue }
            let nearest = NearestName.of(key, in: asked)
            let proposal = nearest.map { "; did you mean \($0)?" } ?? ""
            throw SettingsError(
                place: place(node, key), reason: "unknown key \(path)\(key)\(proposal)")
        }
        for child in children { try child.finish() }
    }

    private func find(_ key: String) -> Node? {
        asked.insert(key)
        guard let node = mapping[Node(key)], node.null == nil else { return nil }
        return node
    }

    private func value<Value>(
        _ key: String, _ what: String, _ read: (Node) -> Value?
    ) throws -> Value? {
        guard let node = find(key) else { return nil }
        guard let value = read(node) else { throw error(node, key, "must be \(what)") }
        return value
    }

    private func values<Value>(
        _ key: String, _ what: String, _ read: (Node) -> Value?
    ) throws -> [Value]? {
        guard let node = find(key) else { return nil }
        guard case .sequence(let sequence) = node else {
            throw error(node, key, "must be a list of \(what)")
        }
        return try sequence.map { element in
            guard let value = read(element) else {
                throw error(element, key, "must be a list of \(what)")
            }
            return value
        }
    }

    private static func number(_ node: Node) -> Double? {
        // YAML 1.1 reads 1e-5 (no dot) as a text; people mean the number.
        guard let value = node.float ?? node.scalar.flatMap({ Double($0.string) }) else {
            return nil
        }
        return value.isFinite ? value : nil
    }

    private func error(_ node: Node?, _ key: String, _ reason: String) -> SettingsError {
        SettingsError(place: place(node, key), reason: "\(path)\(key) \(reason)")
    }

    /// The override that gave a key, else its line in the file.
    private func place(_ node: Node?, _ key: String) -> String {
        let whole = path + key
        let override = overrides.last {
            $0.key == whole || $0.key.hasPrefix("\(whole).") || whole.hasPrefix("\($0.key).")
        }
        if let override { return "--set \(override.text)" }
        return file + (node?.mark.map { ":\($0.line)" } ?? "")
    }

    private static func refuseDuplicates(
        _ mapping: Node.Mapping, _ file: String
    ) throws(SettingsError) {
        var seen: Set<String> = []
        for (node, value) in mapping {
            let key = node.scalar?.string ?? ""
            if !seen.insert(key).inserted {
                let line = node.mark.map { ":\($0.line)" } ?? ""
                throw SettingsError(place: file + line, reason: "key \(key) stands twice")
            }
            if case .mapping(let inner) = value { try refuseDuplicates(inner, file) }
        }
    }

    private static func lay(_ text: String, over node: inout Node) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw SettingsError(place: "--set \(text)", reason: "must look like KEY.KEY=VALUE")
        }
        guard let value = try? Yams.compose(yaml: String(parts[1])) else {
            throw SettingsError(place: "--set \(text)", reason: "the value is not valid YAML")
        }
        set(&node, parts[0].split(separator: ".").map(String.init)[...], value)
    }

    private static func set(_ node: inout Node, _ path: ArraySlice<String>, _ value: Node) {
        guard let key = path.first else {
            node = value
            return
        }
        var mapping: Node.Mapping = if case .mapping(let found) = node { found } else { .init([]) }
        var child = mapping[Node(key)] ?? .mapping(.init([]))
        set(&child, path.dropFirst(), value)
        mapping[Node(key)] = child
        node = .mapping(mapping)
    }
}
