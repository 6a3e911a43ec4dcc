import CambiumFiles
import CambiumTestFolders
import Foundation
import Glibc

/// What a test may do on this machine.
extension Program {
    /// Whether a command can be run by somebody who may not read everything.
    static let canDropRights: Bool = {
        geteuid() != 0 || (try? shell("\(asNobody) \"$0\" --version"))?.status == 0
    }()

    /// What stands before a command so that it has no more rights than anybody.
    static var asNobody: String {
        geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups --" : ""
    }

    /// Whether a small file system in memory can be mounted, apart from everybody else's.
    static let canMount: Bool = {
        let line = "unshare --mount sh -c 'mount -t tmpfs -o size=64k tmpfs /mnt'"
        return (try? shell(line))?.status == 0
    }()
}
