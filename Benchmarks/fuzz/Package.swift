// swift-tools-version: 6.2
import PackageDescription

// The readers alone, without libtorch, so that everything can be built with AddressSanitizer and
// the C code with UndefinedBehaviorSanitizer too: see run.sh. `library` is a link to Sources.
let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// No runtime is needed for traps, and they end the program like any crash.
let undefined: CSetting = .unsafeFlags([
    "-fsanitize=undefined", "-fsanitize-trap=undefined", "-fno-omit-frame-pointer", "-g",
])

let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "cambium-fuzz",
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2")
    ],
    targets: [
        .target(
            name: "CCambiumImage", path: "library/CImage", cSettings: [undefined],
            linkerSettings: [
                .linkedLibrary("jpeg"), .linkedLibrary("png16"), .linkedLibrary("z"),
            ]),
        .target(
            name: "CCambiumDicom", dependencies: ["CCambiumOpenJPEG"], path: "library/CDicom",
            cSettings: [undefined],
            linkerSettings: [
                .linkedLibrary("charls"), .linkedLibrary("jpeg"), .linkedLibrary("z"),
            ]),
        .systemLibrary(
            name: "CCambiumOpenJPEG", path: "library/COpenJPEG", pkgConfig: "libopenjp2"),
        .systemLibrary(
            name: "CCambiumCrypto", path: "library/CCrypto", pkgConfig: "libcrypto"),
        .target(
            name: "CambiumFiles", dependencies: ["CCambiumCrypto", yams], path: "library/Files",
            swiftSettings: swift),
        .target(
            name: "CambiumImaging",
            dependencies: ["CCambiumImage", "CCambiumDicom", "CambiumFiles"],
            path: "library/Imaging", swiftSettings: swift),
        .target(
            name: "CambiumCorpus", dependencies: ["CambiumImaging", "CambiumFiles"],
            path: "library/Corpus", swiftSettings: swift),
        .executableTarget(
            name: "fuzz-readers",
            dependencies: ["CambiumCorpus", "CambiumImaging", "CambiumFiles"],
            path: "fuzz-readers", swiftSettings: swift),
    ],
    cLanguageStandard: .c17
)
