import CambiumFiles
import CambiumImaging
import CambiumTestFolders
import Foundation
import Testing

extension Program.Result {
    /// Whether it ended with status 2 and one line that holds some words.
    fileprivate func isOneLine(_ words: String) -> Bool {
        status == 2 && stdout.isEmpty && stderr.contains(words) && complaints.count == 1
    }
}

/// Two small tables with keys: training rows near three axes, test rows nearer or farther.
private func withTables(_ body: (String) throws -> Void) throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.path
    let train: [Float] = [1, 0, 0, 0.9, 0.1, 0, 0, 1, 0, 0, 0.9, 0.1, 0, 0, 1]
    let test: [Float] = [0.8, 0.2, 0, 0, 0.7, 0.3, 0.6, 0, 0.5]
    try NPY.write(train, shape: [5, 3], to: "\(folder)/train.npy")
    try NPY.write(test, shape: [3, 3], to: "\(folder)/test.npy")
    let (a, b, c) = ("\t1\taxial", "\t2\tcoronal", "\t3\tsagittal")
    try FileSystem.write(
        ["1\(a)", "2\(a)", "3\(b)", "4\(b)", "5\(c)"].joined(separator: "\n") + "\n",
        to: "\(folder)/train.keys.tsv")
    try FileSystem.write("x\(a)\ny\(b)\nz\(c)\n", to: "\(folder)/test.keys.tsv")
    try body(folder)
}

@Suite struct EvaluateCommandTests {
    @Test func `knn writes metrics, and scores of its own files give the same numbers`() throws {
        try withTables { folder in
            let run = try Program.run([
                "evaluate", "knn", "--train", "\(folder)/train.npy", "--test",
                "\(folder)/test.npy", "--k", "1", "--resamples", "50", "--out", "\(folder)/knn",
            ])
            #expect(run.status == 0 && run.stderr.isEmpty)
            #expect(run.stdout.contains("KNN (k = 1, cosine, uniform)"))
            let metrics = try JSON(file: "\(folder)/knn/metrics.json")
            #expect(metrics["confusion_matrix"] == [[1, 0, 0], [0, 1, 0], [1, 0, 0]])
            #expect(metrics["count"] == 3 && metrics["classes"] == 3)
            let again = try Program.run([
                "evaluate", "scores", "--scores", "\(folder)/knn/scores.npy", "--labels",
                "\(folder)/knn/scores.keys.tsv", "--resamples", "50", "--out", "\(folder)/again",
                "--json",
            ])
            #expect(again.status == 0)
            let same = try JSON(parsing: again.stdout)
            for name in ["macro", "mauc", "per_class", "intervals", "calibration"] {
                #expect(same[name] == metrics[name])
            }
        }
    }

    @Test func `report puts results side by side`() throws {
        try withTables { folder in
            for (name, command) in [("a", "majority"), ("b", "knn")] {
                let extra = command == "knn" ? ["--k", "2", "--center"] : []
                let run = try Program.run(
                    [
                        "evaluate", command, "--train", "\(folder)/train.npy", "--test",
                        "\(folder)/test.npy", "--out", "\(folder)/\(name)", "--resamples", "20",
                    ] + extra)
                #expect(run.status == 0, "\(run.stderr)")
            }
            let run = try Program.run([
                "report", "Majority class=\(folder)/a", "\(folder)/b", "--out",
                "\(folder)/all.html",
            ])
            #expect(run.status == 0)
            let lines = run.stdout.split(separator: "\n")
            #expect(lines.count == 4 && lines[1].hasPrefix("Majority class"))
            #expect(lines[2].hasPrefix("KNN (k = 2"))
            #expect(try FileSystem.readText("\(folder)/all.html").hasPrefix("<!DOCTYPE html>"))
            let twice = try Program.run(["report", "\(folder)/b", "--out", "\(folder)/all.html"])
            #expect(twice.isOneLine("exists already"))
            try FileSystem.remove("\(folder)/all.html")
            let beside = try Program.run(["report", "\(folder)/b", "--out", "\(folder)/all.html"])
            #expect(beside.isOneLine("all-files: exists already"))
        }
    }

    @Test func `report draws a map with thumbnails and says what it cannot show`() throws {
        try withTables { folder in
            let tables = ["train=\(folder)/train.npy", "\(folder)/test.npy"]
            let run = try Program.run([
                "evaluate", "knn", "--k", "1", "--train", "\(folder)/train.npy", "--test",
                "\(folder)/test.npy", "--out", "\(folder)/knn", "--resamples", "20",
            ])
            #expect(run.status == 0, "\(run.stderr)")
            let picture = RGBImage(width: 4, height: 4, grey: [UInt8](repeating: 80, count: 16))
            let png = Data(try PNGEncoder.encode(picture)).base64EncodedString()
            try FileSystem.write(
                ["1", "2", "x", "z"].map { "\($0)\t\(png)\n" }.joined(),
                to: "\(folder)/images.tsv")
            let report = try Program.run(
                ["report", "\(folder)/knn", "--out", "\(folder)/r.html", "--embeddings"] + tables
                    + ["--images", "\(folder)/images.tsv"])
            #expect(report.status == 0, "\(report.stderr)")
            let html = try FileSystem.readText("\(folder)/r.html")
            #expect(html.contains("All 8 rows") && html.contains("train: 1"))
            #expect(html.contains("data-k=\"3\"") && !html.contains("data-k=\"4\""))
            #expect(report.stderr.contains("4 keys without an image, such as 3"))
            let names = Set(try FileSystem.names(in: "\(folder)/r-files"))
            #expect(names.isSuperset(of: ["map.svg", "map.png", "map.csv", "1-roc.png"]))
            let lacking = try Program.run([
                "report", "\(folder)/knn", "--out", "\(folder)/s.html", "--embeddings",
                "\(folder)/none.npy",
            ])
            #expect(lacking.isOneLine("none.npy"))
            #expect(FileSystem.kind("\(folder)/s-files") == nil)
            let few = try Program.run([
                "report", "\(folder)/knn", "--out", "\(folder)/s.html", "--points", "3",
            ])
            #expect(few.isOneLine("--points"))
        }
    }

    @Test func `what cannot be used gets one line and status 2`() throws {
        try withTables { folder in
            let tables = ["--train", "\(folder)/train.npy", "--test", "\(folder)/test.npy"]
            func knn(_ arguments: String...) throws -> Program.Result {
                try Program.run(["evaluate", "knn", "--out", "\(folder)/out"] + arguments)
            }
            #expect(
                try knn(tables[0], tables[1], "--test", "\(folder)/none.npy").isOneLine("none.npy"))
            #expect(
                try Program.run(["evaluate", "knn", "--out", folder] + tables).isOneLine(
                    "not empty"))
            let far = try Program.run(
                ["evaluate", "knn", "--k", "9", "--out", "\(folder)/out"] + tables)
            #expect(far.isOneLine("1 to 5"))
            try NPY.write([Float(1), 2, 3], shape: [3, 1], to: "\(folder)/test.npy")
            #expect(
                try Program.run(["evaluate", "knn", "--out", "\(folder)/out"] + tables).isOneLine(
                    "one model"))
            try FileSystem.write(
                "x\t\t\ny\t2\tcoronal\nz\t2\tcoronal\n", to: "\(folder)/test.keys.tsv")
            #expect(
                try Program.run(["evaluate", "majority", "--out", "\(folder)/out"] + tables)
                    .isOneLine("test.keys.tsv:1"))
            try FileSystem.write("text", to: "\(folder)/test.npy")
            #expect(
                try Program.run(["evaluate", "knn", "--out", "\(folder)/out"] + tables).isOneLine(
                    "not a .npy"))
            #expect(FileSystem.kind("\(folder)/out") == nil)
        }
    }

    @Test func `scores of the wrong width or with NaN are refused`() throws {
        try withTables { folder in
            func scores(_ values: [Float], _ shape: [Int], _ extra: String...) throws
                -> Program.Result
            {
                try NPY.write(values, shape: shape, to: "\(folder)/s.npy")
                return try Program.run(
                    [
                        "evaluate", "scores", "--scores", "\(folder)/s.npy", "--labels",
                        "\(folder)/l.npy", "--out", "\(folder)/out",
                    ] + extra)
            }
            try NPY.write([0, 1], to: "\(folder)/l.npy")
            #expect(try scores([1, 0, 0], [1, 3]).isOneLine("1 rows"))
            #expect(try scores([1, .nan, 0, 1], [2, 2]).isOneLine("NaN"))
            #expect(try scores([1, 0], [2, 1]).isOneLine("class column 1"))
            #expect(try scores([1, 0], [2]).isOneLine("[rows, classes]"))
            try FileSystem.write("one\n", to: "\(folder)/names.txt")
            #expect(
                try scores([1, 0, 0, 1], [2, 2], "--classes", "\(folder)/names.txt")
                    .isOneLine("name every column"))
            #expect(try scores([1, 0, 0, 1], [2, 2]).status == 0)
        }
    }
}
