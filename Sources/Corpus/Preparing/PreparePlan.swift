internal import CambiumFiles
internal import CambiumImaging

/// What a preparation does, resolved once: the options lie over the configuration, that over what
/// the inputs say of themselves, and that over the defaults.
struct PreparePlan {
    /// The options, with the configuration's reading and, once the inputs are open, their size and
    /// quality where none is asked for.
    private(set) var options: PrepareOptions
    /// What the data set says of itself.
    let configuration: PrepareConfiguration
    /// How an image's group is found.
    let groupRule: GroupRule?
    /// How many of the most frequent classes stay.
    let topClasses: Int?
    /// How many images a class needs.
    let minPerClass: Int?
    /// The name of the data set.
    private(set) var name: String

    /// Reads the configuration and checks the options.
    /// - Throws: ``CorpusError`` for anything that is wrong before the first image is read.
    init(_ options: PrepareOptions) throws(CorpusError) {
        try options.check()
        let configuration =
            try options.configuration.map { path throws(CorpusError) in
                try PrepareConfiguration(path)
            } ?? PrepareConfiguration()
        groupRule = try (options.groupBy ?? configuration.groupBy).map {
            rule throws(CorpusError) in try GroupRule(parsing: rule)
        }
        let divides = options.split != nil || options.groupBy != nil || options.folds != nil
        if configuration.volumes != nil, divides {
            throw .argument(
                "the configuration gives every volume its split; leave --split, --folds and "
                    + "--group-by out")
        }
        topClasses =
            options.topClasses ?? configuration.topClasses ?? options.compatibility?.topClasses
        minPerClass = options.minPerClass ?? configuration.minPerClass
        name = configuration.name
        self.options = configuration.applied(to: options)
        self.configuration = configuration
    }

    /// Looks at the inputs and takes over what they say.
    mutating func open() throws(CorpusError) -> PrepareSource {
        let source = try PrepareSource(options, configuration)
        // What is set counts as asked for.
        if let size = source.size, size != options.size { options.size = size }
        if let quality = source.quality, quality != options.quality { options.quality = quality }
        if options.configuration == nil, let own = source.name { name = own }
        return source
    }
}
