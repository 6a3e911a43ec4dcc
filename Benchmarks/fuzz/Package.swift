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
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "cambium-fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    ],
    targets: [
        .target(
            name: "CImage", path: "library/CImage", cSettings: [undefined],
            linkerSettings: [
                .linkedLibrary("jpeg"), .linkedLibrary("png16"), .linkedLibrary("z"),
            ]),
        .target(
            name: "CDicom", path: "library/CDicom",
            cSettings: [undefined, .unsafeFlags(["-isystem", "/usr/include/openjpeg-2.5"])],
            linkerSettings: [
                .linkedLibrary("openjp2"), .linkedLibrary("charls"), .linkedLibrary("jpeg"),
                .linkedLibrary("z"),
            ]),
        .target(
            name: "Files", dependencies: [crypto, yams], path: "library/Files",
            swiftSettings: swift),
        .target(
            name: "Imaging", dependencies: ["CImage", "CDicom", "Files"], path: "library/Imaging",
            swiftSettings: swift),
        .target(
            name: "Corpus", dependencies: ["Imaging", "Files", yams], path: "library/Corpus",
            swiftSettings: swift),
        .executableTarget(
            name: "fuzz-readers", dependencies: ["Corpus", "Imaging", "Files"],
            path: "fuzz-readers", swiftSettings: swift),
    ],
    cLanguageStandard: .c17
)
