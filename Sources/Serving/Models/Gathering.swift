internal import CambiumFiles

/// One caller's rows: complete when every one is answered, or over before that.
package final class Gathering<Output: Sendable>: Sendable {
    /// What a row gets.
    package typealias Answer = Result<Output, Refusal>
    /// Whoever waits.
    package typealias Continuation = CheckedContinuation<[Answer], any Error>

    private struct State {
        var answers: [Answer?]
        var missing: Int
        var refusal: Refusal?
        var continuation: Continuation?
        var isOver = false
    }

    private let state: Lock<State>

    /// A caller of so many rows.
    package init(count: Int) {
        state = Lock(State(answers: Array(repeating: nil, count: count), missing: count))
    }

    /// Whether nobody waits for more answers.
    package var isOver: Bool { state.withLock { $0.isOver } }

    /// Resumes `continuation` at the end, at once where that has come already.
    package func wait(with continuation: Continuation) {
        finish(
            state.withLock { state in
                state.continuation = continuation
                return state.isOver ? taken(&state) : nil
            })
    }

    /// Answers a row; later answers change nothing.
    package func set(_ row: Int, _ answer: Answer) {
        finish(
            state.withLock { state in
                guard !state.isOver, state.answers[row] == nil else { return nil }
                state.answers[row] = answer
                state.missing -= 1
                state.isOver = state.missing == 0
                return state.isOver ? taken(&state) : nil
            })
    }

    /// Ends without the missing answers.
    package func give(up refusal: Refusal) {
        finish(
            state.withLock { state in
                guard !state.isOver else { return nil }
                (state.isOver, state.refusal) = (true, refusal)
                return taken(&state)
            })
    }

    private typealias End = (continuation: Continuation, result: Result<[Answer], any Error>)

    private func taken(_ state: inout State) -> End? {
        guard let continuation = state.continuation else { return nil }
        state.continuation = nil
        if let refusal = state.refusal { return (continuation, .failure(refusal)) }
        return (continuation, .success(state.answers.compactMap(\.self)))
    }

    private func finish(_ end: End?) {
        if let end { end.continuation.resume(with: end.result) }
    }
}
