package import CambiumCorpus

/// The progress line of work on images, begun when the first of them is done.
package final class ImageProgress {
    private let label: String
    private let log: Log
    private var progress: JobProgress?

    package init(_ label: String, _ log: Log) { (self.label, self.log) = (label, log) }

    package func show(_ state: PrepareProgress) {
        let line = progress ?? log.progress(label, total: state.total ?? 0, unit: "images")
        line.update(state.done)
        progress = line
    }

    package func finish() { progress?.finish() }
}
