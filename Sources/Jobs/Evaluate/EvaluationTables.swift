internal import CambiumEvaluation
internal import CambiumFiles

/// Opens the tables that `evaluate` commands are given, with errors that say which one.
enum EvaluationTables {
    /// Runs a check of what the user named; errors of those files are errors of arguments.
    static func checked<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try Arguments.checked(body)
        } catch let error as EvaluationError {
            throw UsageError(error.description)
        }
    }

    /// An embedding table with at least one row.
    static func open(_ path: String) throws -> EmbeddingTable {
        try checked {
            try Paths.requireFile(path)
            let table = try EmbeddingTable(path)
            guard table.rows > 0 else { throw EvaluationError.noRows(path) }
            return table
        }
    }

    /// Every class: those of `file` when it is given, else those that occur in the tables.
    static func classes(_ file: String?, _ tables: [EmbeddingTable]) throws -> ClassList {
        try checked {
            let occurring = try ClassList(occurringIn: tables.flatMap(\.classes))
            guard let file else { return occurring }
            try Paths.requireFile(file)
            // Ids count from 1 unless a table shows that they count from 0.
            return try ClassList(file: file, firstID: occurring.column(of: 0) == nil ? 1 : 0)
        }
    }

    /// The files of a table, for its digests.
    static func files(_ table: EmbeddingTable) -> [String] {
        [table.path, EmbeddingTable.keysPath(for: table.path)]
            + (table.origin == nil ? [] : [EmbeddingOrigin.path(for: table.path)])
    }
}
