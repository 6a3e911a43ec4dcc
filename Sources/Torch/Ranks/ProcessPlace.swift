/// Which of a run's processes this one is and where they meet, as the program that started it says
/// in the environment: `cambium launch`, torchrun, Kubernetes and Azure ML by torchrun's variables,
/// Slurm and Open MPI by their own.
public struct ProcessPlace: Sendable, Equatable {
    /// This process's number, from 0.
    public var rank: Int
    /// How many processes there are.
    public var size: Int
    /// Its number among those of this machine, which also chooses the GPU.
    public var localRank: Int
    /// How many run on this machine, where that is known.
    public var localSize: Int?
    /// Where they meet: rank 0 listens there.
    public var host: String
    /// The port it listens on.
    public var port: Int
    /// Whether torchrun's agent serves the meeting place instead of rank 0.
    public var hasAgent = false
    /// How often all were started again: what an earlier attempt left there is not read.
    public var attempt = 0
    /// The network interface that `GLOO_SOCKET_IFNAME` asks for.
    public var interface: String?

    /// A place among processes that are known.
    public init(rank: Int, size: Int, localRank: Int, host: String, port: Int) {
        (self.rank, self.size, self.localRank) = (rank, size, localRank)
        (self.host, self.port) = (host, port)
    }

    /// What the environment says, nil where it speaks of no other processes.
    /// - Throws: ``RankError/variable(name:reason:)`` for the variable that is wrong.
    public init?(environment: [String: String]) throws(RankError) {
        let variables = PlaceVariables(environment)
        if variables.text("RANK") != nil || variables.text("WORLD_SIZE") != nil {
            self = try .torchrun(variables)
        } else if variables.text("SLURM_STEP_ID") != nil, variables.text("SLURM_PROCID") != nil {
            // Only srun sets a step's number: what an sbatch script runs itself is one process.
            self = try .slurm(variables)
        } else if variables.text("OMPI_COMM_WORLD_RANK") != nil
            || variables.text("OMPI_COMM_WORLD_SIZE") != nil
        {
            self = try .openMPI(variables)
        } else {
            return nil
        }
        interface = variables.text("GLOO_SOCKET_IFNAME")
            .map { String($0.prefix { $0 != "," }) }
    }

    /// The variables of torchrun, which many other programs set as well.
    private static func torchrun(_ variables: PlaceVariables) throws(RankError) -> Self {
        let (rank, size) = try variables.position("RANK", "WORLD_SIZE")
        let local = try variables.number("LOCAL_RANK", 0..<size)
        let localSize = try variables.number("LOCAL_WORLD_SIZE", 1..<size + 1)
        if let local, let localSize, local >= localSize {
            throw .variable(
                name: "LOCAL_RANK", reason: "is \(local), but LOCAL_WORLD_SIZE is \(localSize)")
        }
        guard local != nil || localSize ?? 1 == 1 else {
            throw .variable(name: "LOCAL_RANK", reason: "is not set, but LOCAL_WORLD_SIZE is")
        }
        let host = try variables.needed("MASTER_ADDR", with: "RANK and WORLD_SIZE")
        guard let port = try variables.number("MASTER_PORT", 1..<65536) else {
            throw variables.missing("MASTER_PORT", with: "RANK and WORLD_SIZE")
        }
        var place = Self(rank: rank, size: size, localRank: local ?? 0, host: host, port: port)
        place.localSize = localSize
        place.hasAgent = variables.text("TORCHELASTIC_USE_AGENT_STORE") == "True"
        place.attempt = try variables.number("TORCHELASTIC_RESTART_COUNT", 0..<Int.max) ?? 0
        return place
    }

    /// One task of `srun`. Rank 0 runs on the first machine of the step.
    private static func slurm(_ variables: PlaceVariables) throws(RankError) -> Self {
        let tasks =
            variables.text("SLURM_STEP_NUM_TASKS") == nil
            ? "SLURM_NTASKS" : "SLURM_STEP_NUM_TASKS"
        let (rank, size) = try variables.position("SLURM_PROCID", tasks)
        let list = variables.text("SLURM_STEP_NODELIST") ?? variables.text("SLURM_JOB_NODELIST")
        guard
            let host = variables.text("MASTER_ADDR") ?? list.flatMap(PlaceVariables.firstHost)
                ?? variables.text("SLURM_LAUNCH_NODE_IPADDR")
        else { throw variables.missing("SLURM_STEP_NODELIST", with: "SLURM_PROCID") }
        // Jobs that share a machine get different ports, below those the kernel gives away.
        let job = try variables.number("SLURM_JOB_ID", 0..<Int.max) ?? 0
        let port = try variables.number("MASTER_PORT", 1..<65536) ?? 10_000 + job % 20_000
        let local = try variables.number("SLURM_LOCALID", 0..<size) ?? 0
        return Self(rank: rank, size: size, localRank: local, host: host, port: port)
    }

    /// One process of `mpirun`, as Azure ML's MPI jobs start them.
    private static func openMPI(_ variables: PlaceVariables) throws(RankError) -> Self {
        let (rank, size) = try variables.position("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")
        let local = try variables.number("OMPI_COMM_WORLD_LOCAL_RANK", 0..<size) ?? 0
        let localSize = try variables.number("OMPI_COMM_WORLD_LOCAL_SIZE", 1..<size + 1)
        // The port in Azure Batch's variable is its own.
        let master = variables.text("AZ_BATCH_MASTER_NODE").map { String($0.prefix { $0 != ":" }) }
        guard
            let host = variables.text("MASTER_ADDR") ?? master
                ?? (localSize == size ? "127.0.0.1" : nil)
        else { throw variables.missing("MASTER_ADDR", with: "OMPI_COMM_WORLD_RANK") }
        let port = try variables.number("MASTER_PORT", 1..<65536) ?? 29_500
        var place = Self(rank: rank, size: size, localRank: local, host: host, port: port)
        place.localSize = localSize
        return place
    }
}
