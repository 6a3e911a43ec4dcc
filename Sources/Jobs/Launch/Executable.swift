/// A program that a job starts as processes of its own.
public struct Executable: Sendable {
    /// Where it lies.
    public var path: String
    /// What lists of processes show, its own `argv[0]`.
    public var name: String

    /// A program under a name.
    public init(_ path: String, name: String) { (self.path, self.name) = (path, name) }

    /// The program that is running.
    public static var this: Executable { Executable("/proc/self/exe", name: "cambium") }
}
