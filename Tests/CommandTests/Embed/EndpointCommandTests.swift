import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

/// `cambium embed --endpoint` beside `cambium embed --model`, over the real server.
@Suite struct EndpointCommandTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Serves the small model as `$url` while `line` runs.
    private func serve(_ options: String = "", _ line: String) throws -> Program.Result {
        try Program.shell(
            """
            cd '\(bench.path)'; rm -f address
            "$0" serve --model 'm=\(bench.release)' --port 0 --access-log none -q \(options) \
                > address 2> served & server=$!
            while kill -0 $server && ! [ -s address ]; do sleep 0.05; done
            url=$(cat address)/score
            \(line)
            status=$?; kill $server; wait $server; exit $status
            """)
    }

    private func floats(_ name: String) throws -> [Float] { try NPY(bench.place(name)).floats() }

    private func expectClose(_ a: String, _ b: String) throws {
        let (left, right) = (try floats("\(a).npy"), try floats("\(b).npy"))
        #expect(left.count == right.count && !left.isEmpty)
        #expect(zip(left, right).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(
            try FileSystem.read(bench.place("\(a).keys.tsv"))
                == FileSystem.read(bench.place("\(b).keys.tsv")))
    }

    @Test func `the same embeddings as here`() throws {
        let data = try bench.dataSet()
        try bench.folder.write("heart\na lesion, \"large\"\n心臓\n", to: "texts.txt")
        try bench.folder.write("a-token\n", to: "token")
        for shape in ["object", "rows"] {
            let answer = try serve(
                "--response \(shape) --tokens token",
                """
                set -e; e="--endpoint $url --token-file token"
                "$0" embed $e --images '\(data)/train_images.tsv' --batch-size 3 --out a.npy -q
                "$0" embed $e --texts texts.txt --out c.npy -q
                """)
            #expect(answer.status == 0, "\(answer.stderr)")
            let model = ["--model", bench.release, "--quiet"]
            let images = ["--images", "\(data)/train_images.tsv", "--out", bench.place("b.npy")]
            #expect(try Program.run(["embed"] + model + images).status == 0)
            let texts = ["--texts", bench.place("texts.txt"), "--out", bench.place("d.npy")]
            #expect(try Program.run(["embed"] + model + texts).status == 0)
            try expectClose("a", "b")
            try expectClose("c", "d")
        }
        #expect(try !bench.names().contains { $0.contains("journal") || $0.contains("rejected") })
    }

    /// `Fixtures/loopback.pem` signs itself for 127.0.0.1 and localhost, with a key that is no
    /// secret; `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout
    /// loopback-key.pem -out loopback.pem -days 36500 -addext
    /// subjectAltName=IP:127.0.0.1,DNS:localhost` made both.
    @Test func `over TLS with a certificate of one's own`() throws {
        let fixtures = Repository.fixture("CommandTests", "")
        let certificate = "\(fixtures)/loopback.pem"
        let answer = try serve(
            "--tls-certificate '\(certificate)' --tls-key '\(fixtures)/loopback-key.pem'",
            """
            work="embed --endpoint $url --images \(bench.picture) --retries 0 -q"
            "$0" $work --ca-certificate '\(certificate)' --out a.npy || exit 9
            "$0" $work --out b.npy
            """)
        #expect(answer.status == 1)
        #expect(answer.stderr.contains("its certificate is not trusted here"), "\(answer.stderr)")
        #expect(try floats("a.npy").count > 0)
        #expect(FileSystem.kind(bench.place("b.npy")) == nil)
    }

    @Test func `killed and begun again, to the same embeddings`() throws {
        let pictures = try bench.pictures(each: 40)
        let answer = try serve(
            """
            work="embed --endpoint $url --images '\(pictures)' --batch-size 2 -q"
            for delay in 0.2 0.3 0.4; do
                eval "exec $0 $work --out a.npy" > /dev/null 2>&1 & p=$!; sleep $delay; kill -9 $p
                wait $p 2> /dev/null
            done
            eval "$0 $work --out a.npy" && eval "$0 $work --concurrency 1 --out b.npy"
            """)
        #expect(answer.status == 0, "\(answer.stderr)")
        // Which rows a server computes together may move its last digits.
        try expectClose("a", "b")
    }

    @Test func `an image that cannot be read is set apart`() throws {
        let pictures = try bench.pictures(each: 3)
        try bench.folder.write(
            Array(FileSystem.read(bench.picture).prefix(60)), to: "pictures/heart/broken.png")
        let line = "\"$0\" embed --endpoint $url --images '\(pictures)' --out a.npy -q"
        let answer = try serve(line)
        #expect(answer.status == 1)
        #expect(
            answer.stderr == "cambium: error: 1 row rejected; see a.rejected.tsv\n",
            "\(answer.stderr)")
        let rejected = try FileSystem.readText(bench.place("a.rejected.tsv"))
        #expect(rejected.hasPrefix("heart/broken.png\t"), "\(rejected)")
        #expect(try NPY(bench.place("a.npy")).rows == 6)
        #expect(try serve("\(line) --allow-rejected").status == 0)
    }

    @Test func `what cannot be asked`() throws {
        let image = ["--images", bench.picture, "--out", bench.place("a.npy")]
        try expectComplaint(["embed"] + image, status: 2, mentions: "--model or --endpoint")
        try expectComplaint(
            ["embed", "--endpoint", "ftp://x"] + image, status: 2, mentions: "must begin with https"
        )
        try bench.folder.write("two words\n", to: "token")
        try expectComplaint(
            ["embed", "--endpoint", "https://x", "--token-file", bench.place("token")] + image,
            status: 2, mentions: "must hold one token")
        let plain = try serve(
            "\"$0\" embed --endpoint https${url#http} --images \(bench.picture) --out a.npy -q")
        #expect(plain.status == 1 && plain.stderr.contains("speaks no TLS"), "\(plain.stderr)")
        #expect(try !bench.names().contains { $0.contains("journal") })
        try expectComplaint(
            ["embed", "--endpoint", "http://127.0.0.1:1/score", "--retries", "0"] + image,
            status: 1, mentions: "no answer", "the same command goes on")
    }

    private func serve(_ line: String) throws -> Program.Result { try serve("", line) }
}
