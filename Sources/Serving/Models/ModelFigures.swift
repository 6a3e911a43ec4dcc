/// One lane's figures.
struct ModelFigures: BatchQueueObserver {
    let metrics: Metrics
    let log: ServiceLog
    let model: String
    let input: String

    private var labels: KeyValuePairs<String, String> { ["model": model, "input": input] }

    func prepared(in time: Duration) {
        metrics.observe("cambium_prepare_seconds", labels, time.inSeconds)
    }

    func waited(_ time: Duration) {
        metrics.observe("cambium_wait_seconds", labels, time.inSeconds)
    }

    func computed(rows: Int, in time: Duration) {
        metrics.observe("cambium_compute_seconds", labels, time.inSeconds)
        metrics.observe("cambium_batch_rows", labels, Double(rows))
        metrics.add("cambium_rows_total", labels, Double(rows))
    }

    func failed(_ error: any Error) {
        metrics.add("cambium_faults_total", labels)
        log(.failure("\(model): a batch of rows (\(input)) failed: \(error)"))
    }
}
