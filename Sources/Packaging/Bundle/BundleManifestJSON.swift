internal import CambiumAdapters
internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumImaging
internal import Glibc

extension BundleManifest {
    /// Bytes that a manifest may have; the largest known has some thousand classes.
    static let mostBytes = 64 << 20
    private static let mostFiles = 10_000

    /// The manifest as `bundle.json`, with a digest of itself, so that no byte of it can change
    /// unnoticed either.
    public var document: String {
        var members = body
        members["manifest_sha256"] = .string(Self.digest(body))
        return JSON.object(members).document
    }

    /// Reads `bundle.json`.
    /// - Throws: ``PackagingError/damaged(path:reason:)`` when it is not what was written.
    public init(text: String, path: String) throws(PackagingError) {
        func damaged(_ reason: String) -> PackagingError { .damaged(path: path, reason: reason) }
        guard let json = try? JSON(parsing: text), var members = json.object else {
            throw damaged("is not a bundle manifest")
        }
        guard members["schema_version"] == 1 else {
            throw damaged("has a schema this version does not know")
        }
        let digest = members.removeValue(forKey: "manifest_sha256")?.string
        guard digest == Self.digest(members), json.document == text else {
            throw damaged("does not match its own digest")
        }
        if let unknown = Set(members.keys).subtracting(Self.keys).sorted().first {
            throw damaged("says \(shown(unknown)), which this version does not know")
        }
        do throws(JSONMemberError) {
            self = try JSON.decode(BundleManifest.self, from: .object(members))
        } catch {
            throw damaged(error.description)
        }
        if let stray = files.keys.sorted().first(where: { !Self.isPlain($0) }) {
            throw damaged("names \(shown(stray)), which is no path inside the bundle")
        }
    }

    private static let keys = Set(CodingKeys.allCases.map(\.rawValue))
        .union(["schema_version", "temperature"])

    /// Whether a name is the path of a file below a folder and nothing else.
    static func isPlain(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return name.utf8.count <= 250 && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            && parts.allSatisfy { part in
                !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
            }
    }
}

extension BundleManifest: Decodable {
    private var body: [String: JSON] {
        JSON.encode(self).adding([
            "schema_version": 1, "temperature": .number(exp(logitScale)),
        ]).object ?? [:]
    }

    private static func digest(_ members: [String: JSON]) -> String {
        Digest.sha256(Array(JSON.object(members).document.utf8))
    }

    /// Reads the members but the digest. Bundles of the first versions did not have all of them.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            mode: try members.decode(BundleMode.self, forKey: .mode),
            labels: try members.decode(.labels, "a list of classes") { !$0.isEmpty },
            preprocessing: try members.decode(Preprocessing.self, forKey: .preprocessing),
            logitScale: try members.decode(Double.self, forKey: .logitScale),
            template: try members.decode(String.self, forKey: .template),
            adapter: try members.decodeIfPresent(JSON.self, forKey: .adapter),
            libtorch: try members.decode(String.self, forKey: .libtorch))
        program = try members.decode(String.self, forKey: .program)
        files = try members.decode([String: File].self, forKey: .files)
        guard files.count <= Self.mostFiles else {
            throw members.refusal(.files, "are more than \(Self.mostFiles)")
        }
        data = try members.decodeIfPresent(JSON.self, forKey: .data)
        metrics = try members.decodeIfPresent(JSON.self, forKey: .metrics)
        task = try members.decodeIfPresent(HeadConfiguration.Task.self, forKey: .task) ?? task
        weights = try members.decodeIfPresent(BundleWeights.self, forKey: .weights) ?? weights
        operatingPoints =
            try members.decodeIfPresent([OperatingPoint].self, forKey: .operatingPoints) ?? []
        for point in operatingPoints
        where point.thresholds.map(\.classID) != labels.map(\.id) {
            throw members.refusal(
                .operatingPoints,
                "have another list of classes than the labels for "
                    + shown(point.criterion))
        }
    }
}

extension BundleManifest.File: Decodable {
    /// Reads an entry with `size` and `sha256`.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            size: try members.decode(.size, "a whole number from 0") { $0 >= 0 },
            sha256: try members.decode(String.self, forKey: .sha256))
    }
}
