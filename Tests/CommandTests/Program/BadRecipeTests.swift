import CambiumFiles
import CambiumTestFolders
import Testing

/// Recipes and options that cannot be used: one line, status 2, no trap, nothing written.
@Suite struct BadRecipeTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func recipe(_ more: String = "") throws -> String {
        try bench.folder.write(
            "MODEL: \(bench.release)\nDATASET:\n  ROOT: \(bench.place("none"))\n\(more)",
            to: "recipe.yaml")
    }

    private func refuse(_ more: String, _ mentions: String, set: [String] = []) throws {
        let out = bench.place("run")
        try expectComplaint(
            ["train", recipe(more), "--out", out] + set.flatMap { ["--set", $0] }, status: 2,
            mentions: mentions)
        #expect(FileSystem.kind(out) == nil)
    }

    @Test func `a typo is told with its line and the nearest key`() throws {
        try refuse("SEDE: 3\n", "recipe.yaml:4: unknown key SEDE; did you mean SEED?")
        try refuse(
            "TRAIN:\n  BATCH_SIZE_TOTALL: 3\n",
            "recipe.yaml:5: unknown key TRAIN.BATCH_SIZE_TOTALL; did you mean BATCH_SIZE_TOTAL?")
        try refuse(
            "TRAIN:\n  BATCH_SIZE: 3\n", "unknown key TRAIN.BATCH_SIZE; did you mean BATCH_SIZE_")
        try refuse("", "--set LEARNING_RAT=1: unknown key LEARNING_RAT", set: ["LEARNING_RAT=1"])
    }

    @Test func `a recipe that is no recipe`() throws {
        try refuse("SEED: [\n", "recipe.yaml")
        try refuse("SEED: 1\nSEED: 2\n", "recipe.yaml")
        try refuse("SEED: many\n", "recipe.yaml:4: SEED must be a whole number")
        try refuse("", "none: no such file or folder")
        try expectComplaint(
            ["train", bench.place("absent.yaml")], status: 2, mentions: "absent.yaml")
    }

    @Test(arguments: [
        "SEED=18446744073709551615", "WORKERS=9223372036854775807",
        "MAX_NUM_EPOCHS=9223372036854775807", "TRAIN.BATCH_SIZE_TOTAL=0",
        "START_LEARNING_RATE=nan", "EVALDATASET_KNN_CLASSIFICATION.KNN=9223372036854775807",
        "AUG.SCALE=[2,1]", "AUG.NOISE=.inf", "SEED",
    ])
    func `hostile values of a recipe`(setting: String) throws {
        try refuse("", "--set \(setting)", set: [setting])
    }

    @Test(arguments: [
        "seed 18446744073709551615", "size 0", "size 1000000000", "quality 101", "split nan,1,0",
        "split 0.6,inf,-inf", "top-classes -1", "first-class-id 9223372036854775807", "shards 0",
        "workers 9223372036854775807", "group-by (", "config absent.yaml",
    ])
    func `hostile values of prepare`(option: String) throws {
        try hostile(["prepare", bench.pictures(), "--out", bench.place("out")], option)
    }

    @Test(arguments: [
        "batch-size 1000000000000", "workers 9223372036854775807", "device abacus",
        "model raw-pixels:9223372036854775807", "model absent",
    ])
    func `hostile values of embed`(option: String) throws {
        try hostile(
            [
                "embed", "--model", bench.release, "--images", bench.pictures(), "--out",
                bench.place("out.npy"),
            ], option)
    }

    @Test(arguments: [
        "epochs 9223372036854775807", "hidden 9223372036854775807", "batch-size 1000000000000",
        "weight-decay nan", "patience 0",
    ])
    func `hostile values of adapt`(option: String) throws {
        let table = try table()
        try hostile(
            ["adapt", "--train", table, "--validation", table, "--out", bench.place("out")], option)
    }

    @Test(arguments: [
        "k 0", "k 9223372036854775807", "resamples 9223372036854775807",
        "seed 9223372036854775808", "groups absent", "images absent", "test absent.npy",
    ])
    func `hostile values of evaluate knn`(option: String) throws {
        let table = try table()
        try hostile(
            ["evaluate", "knn", "--train", table, "--test", table, "--out", bench.place("out")]
                + (option.hasPrefix("k ") ? [] : ["--k", "1"]), option)
    }

    @Test(arguments: [
        "first-class-id 9223372036854775807", "labels absent", "model absent", "template none",
    ])
    func `hostile values of package`(option: String) throws {
        try hostile(
            [
                "package", "--model", bench.release, "--labels", bench.labels(), "--out",
                bench.place("out"),
            ], option)
    }

    @Test(arguments: ["top 0", "device abacus"])
    func `hostile values of predict`(option: String) throws {
        let bundle = bench.place("bundle")
        let made = try Program.run(
            "package", "--model", bench.release, "--labels", bench.labels(), "--out", bundle, "-q")
        #expect(made.status == 0, "\(made.stderr)")
        try hostile(["predict", bundle, bench.picture], option)
    }

    private func hostile(_ command: [String], _ option: String) throws {
        let parts = option.split(separator: " ", maxSplits: 1).map(String.init)
        try expectComplaint(command + ["--\(parts[0])"] + parts.dropFirst(), status: 2)
        #expect(try !bench.names().contains { $0.hasPrefix("out") })
    }

    /// Two rows of two values with classes.
    private func table() throws -> String {
        let path = bench.place("table.npy")
        try NPY.write([1, 0, 0, 1] as [Float], shape: [2, 2], to: path)
        try bench.folder.write("a\t1\theart\nb\t2\tlung\n", to: "table.keys.tsv")
        return path
    }
}
