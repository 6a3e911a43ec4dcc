/// Which Cambium this is: printed by `--version`, written into everything that lasts.
public enum Release {
    /// The version, as semantic versioning counts.
    public static let version = "0.1.0"
}
