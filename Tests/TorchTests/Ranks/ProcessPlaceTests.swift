import CambiumTorch
import Testing

@Suite struct ProcessPlaceTests {
    private static let torchrun = [
        "RANK": "3", "LOCAL_RANK": "1", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2",
        "MASTER_ADDR": "gpu01", "MASTER_PORT": "29401", "TORCHELASTIC_RESTART_COUNT": "2",
        "TORCHELASTIC_USE_AGENT_STORE": "True",
    ]

    private static let slurm = [
        "SLURM_STEP_ID": "0", "SLURM_PROCID": "5", "SLURM_NTASKS": "8", "SLURM_LOCALID": "1",
        "SLURM_JOB_ID": "4000123", "SLURM_STEP_NODELIST": "gpu[03-05,9],login",
        "SLURM_LAUNCH_NODE_IPADDR": "10.0.0.1",
    ]

    private static let openMPI = [
        "OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2",
        "OMPI_COMM_WORLD_LOCAL_RANK": "0", "OMPI_COMM_WORLD_LOCAL_SIZE": "1",
        "AZ_BATCH_MASTER_NODE": "10.1.2.3:6000",
    ]

    private func place(
        _ base: [String: String], _ changes: [String: String?] = [:]
    ) throws -> ProcessPlace {
        var environment = base
        for (name, value) in changes { environment[name] = value }
        return try #require(try ProcessPlace(environment: environment))
    }

    @Test func `torchrun's variables`() throws {
        var expected = ProcessPlace(rank: 3, size: 4, localRank: 1, host: "gpu01", port: 29401)
        (expected.localSize, expected.hasAgent, expected.attempt) = (2, true, 2)
        #expect(try place(Self.torchrun) == expected)
        let before = try place(Self.torchrun.merging(Self.slurm) { $1 })
        #expect(before == expected, "torchrun under srun is torchrun's")
    }

    @Test func `Kubernetes gives no local rank`() throws {
        let place = try place(Self.torchrun, ["LOCAL_RANK": nil, "LOCAL_WORLD_SIZE": nil])
        #expect(place.localRank == 0 && place.localSize == nil)
    }

    @Test func `Slurm's variables`() throws {
        let place = try place(Self.slurm)
        let expected = ProcessPlace(rank: 5, size: 8, localRank: 1, host: "gpu03", port: 10_123)
        #expect(place == expected)
        let chosen = try self.place(Self.slurm, ["MASTER_ADDR": "a", "MASTER_PORT": "4"])
        #expect(chosen.host == "a" && chosen.port == 4)
    }

    @Test func `the first machine of Slurm's short form`() throws {
        for (list, first) in [
            ("gpu03", "gpu03"), ("a-1,a-2", "a-1"), ("a-[007-010]", "a-007"),
            ("rack[2-3]n[01,04]x,b", "rack2n01x"),
        ] {
            #expect(try place(Self.slurm, ["SLURM_STEP_NODELIST": list]).host == first)
        }
    }

    @Test func `an sbatch script without srun is one process`() throws {
        var environment = Self.slurm
        environment["SLURM_STEP_ID"] = nil
        #expect(try ProcessPlace(environment: environment) == nil)
        #expect(try ProcessPlace(environment: ["MASTER_ADDR": "a", "HOME": "/"]) == nil)
    }

    @Test func `Open MPI's variables, as in Azure ML`() throws {
        let place = try place(Self.openMPI)
        #expect(place.host == "10.1.2.3" && place.port == 29_500 && place.rank == 1)
        let alone = try self.place(
            Self.openMPI, ["AZ_BATCH_MASTER_NODE": nil, "OMPI_COMM_WORLD_LOCAL_SIZE": "2"])
        #expect(alone.host == "127.0.0.1")
    }

    @Test func `what is wrong is named`() {
        let cases: [(base: [String: String], change: [String: String?], name: String)] = [
            (Self.torchrun, ["RANK": "4"], "RANK"),
            (Self.torchrun, ["RANK": "-1"], "RANK"),
            (Self.torchrun, ["RANK": "x"], "RANK"),
            (Self.torchrun, ["RANK": nil], "RANK"),
            (Self.torchrun, ["WORLD_SIZE": nil], "WORLD_SIZE"),
            (Self.torchrun, ["WORLD_SIZE": "0"], "WORLD_SIZE"),
            (Self.torchrun, ["MASTER_ADDR": ""], "MASTER_ADDR"),
            (Self.torchrun, ["MASTER_PORT": nil], "MASTER_PORT"),
            (Self.torchrun, ["MASTER_PORT": "65536"], "MASTER_PORT"),
            (Self.torchrun, ["LOCAL_RANK": "2"], "LOCAL_RANK"),
            (Self.torchrun, ["LOCAL_RANK": nil], "LOCAL_RANK"),
            (Self.torchrun, ["LOCAL_WORLD_SIZE": "5"], "LOCAL_WORLD_SIZE"),
            (Self.slurm, ["SLURM_NTASKS": "5"], "SLURM_PROCID"),
            (Self.slurm, ["SLURM_NTASKS": nil], "SLURM_NTASKS"),
            (Self.openMPI, ["AZ_BATCH_MASTER_NODE": nil], "MASTER_ADDR"),
        ]
        for (base, change, name) in cases {
            let error = #expect(throws: RankError.self) { try place(base, change) }
            guard case .variable(let named, _) = error else {
                Issue.record("\(change): \(String(describing: error))")
                continue
            }
            #expect(named == name, "\(change)")
        }
    }

    @Test func `own address`() throws {
        var place = ProcessPlace(rank: 0, size: 2, localRank: 0, host: "localhost", port: 1)
        #expect(try ["127.0.0.1", "::1"].contains(place.ownAddress()))
        place.interface = "lo"
        #expect(try place.ownAddress() == "127.0.0.1")
        place.interface = "no-such"
        #expect(throws: RankError.self) { try place.ownAddress() }
        place = ProcessPlace(rank: 0, size: 2, localRank: 0, host: "no.such.invalid", port: 1)
        #expect(throws: RankError.self) { try place.ownAddress() }
    }
}
