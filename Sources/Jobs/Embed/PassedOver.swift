internal import CambiumCorpus

/// Says which files of a folder are taken for no images: they are left out, but not silently.
enum PassedOver {
    static func warn(_ source: any ImageSource, _ folder: String?, _ log: Log) {
        guard let folder, let files = (source as? ImageFiles)?.passedOver, !files.isEmpty else {
            return
        }
        let names = files.prefix(3).map(\.path).joined(separator: ", ")
        let rest = files.count > 3 ? " and \(files.count - 3) more" : ""
        log.warning(
            "\(folder): \(files.count == 1 ? "a file is" : "\(files.count) files are") left out, "
                + "neither JPEG, PNG nor DICOM: \(names)\(rest)")
    }
}
