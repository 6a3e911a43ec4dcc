internal import CambiumFiles
internal import CambiumJobs
internal import Foundation
internal import Glibc

/// How this program ends when it is one of several and can do nothing else any more.
struct RankEnd: RankEnding {
    /// The exit status where another rank is gone, which this process has said.
    static var lossStatus: Int32 { Launcher.isParent ? Launcher.followingStatus : 1 }

    func abandon(_ lost: LostRank) -> Never {
        Terminal.error("cambium: error: \(lost.description.onOneLine)")
        let status = Self.lossStatus
        Thread.detachNewThread { Temporaries.removeAll { _exit(status) } }
        // A file system that hangs must not keep it.
        sleep(2)
        _exit(status)
    }

    func quit(_ error: any Error) -> Never {
        let status = Outcome(error).announce()
        Temporaries.removeAll { _exit(status) }
    }
}

extension RankPlace {
    /// This process's place, as the environment tells it.
    static func ofThisProcess() throws -> RankPlace { try RankPlace(ending: RankEnd()) }
}
