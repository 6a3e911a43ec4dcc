/// Embeds rows by an endpoint: several requests at the same time, a bounded number of rows in
/// memory, results as they come.
public struct RemoteEmbedder: Sendable {
    private let endpoint: Endpoint
    private let kind: RemoteKind

    /// For images or texts.
    public init(_ endpoint: Endpoint, _ kind: RemoteKind) {
        (self.endpoint, self.kind) = (endpoint, kind)
    }

    /// Embeds rows.
    /// - Parameters:
    ///   - numbers: the rows, in the order in which they are asked for.
    ///   - content: what is sent for a row, or why that cannot be had.
    ///   - take: gets every result with its row, in the order of their arrival.
    /// - Throws: ``RemoteError``, and what `take` throws; rows that were taken are done.
    public func embed(
        _ numbers: [Int], content: (Int) throws -> Result<RemoteRow, RowRefusal>,
        take: (RemoteRow, RowResult) throws -> Void
    ) async throws {
        let session = try EndpointSession(endpoint, kind)
        do {
            try await embed(numbers[...], session, content, take)
        } catch {
            await session.close()
            throw error
        }
        await session.close()
    }

    private func embed(
        _ numbers: ArraySlice<Int>, _ session: EndpointSession,
        _ content: (Int) throws -> Result<RemoteRow, RowRefusal>,
        _ take: (RemoteRow, RowResult) throws -> Void
    ) async throws {
        var rest = numbers
        /// A row that was read and did not fit any more.
        var held: RemoteRow?
        func next() throws -> [RemoteRow] {
            var (batch, bytes) = (held.map { [$0] } ?? [], held?.content.count ?? 0)
            held = nil
            while batch.count < endpoint.batchSize, let number = rest.popFirst() {
                switch try content(number) {
                case .failure(let refusal):
                    try take(RemoteRow(number: number, content: []), .rejected(refusal.reason))
                case .success(let row):
                    bytes += row.content.count
                    if !batch.isEmpty, bytes > endpoint.batchBytes {
                        held = row
                        return batch
                    }
                    batch.append(row)
                }
            }
            return batch
        }
        try await withThrowingTaskGroup(of: [(RemoteRow, RowResult)].self) { group in
            var running = 0
            while true {
                while running < endpoint.concurrency {
                    let batch = try next()
                    guard !batch.isEmpty else { break }
                    group.addTask { try await Array(zip(batch, session.results(batch))) }
                    running += 1
                }
                guard let results = try await group.next() else { break }
                running -= 1
                for (row, result) in results { try take(row, result) }
            }
        }
    }
}

/// Why there is nothing to send for a row.
public struct RowRefusal: Error, Sendable {
    /// The sentence.
    public let reason: String

    /// A refusal.
    public init(_ reason: String) { self.reason = reason }
}
