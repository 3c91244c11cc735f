// swift-tools-version: 6.2
import PackageDescription

// Every target is held to the same rules; a target may import only what it names in `dependencies`
// (`make` builds with `--explicit-target-dependency-import-check error`).
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// Where actors have threads of their own: async functions stay on their caller's.
let threaded = house + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioFileSystem = Target.Dependency.product(name: "_NIOFileSystem", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "soundspool",
    products: [
        .executable(name: "soundspool", targets: ["soundspool"]),
        .executable(name: "soundspool-convert", targets: ["soundspool-convert"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // Values and rules, no I/O.
        .target(name: "ConversionContract", swiftSettings: house),
        .target(name: "Domain", dependencies: ["ConversionContract"], swiftSettings: house),

        // The kernel's interfaces.
        .target(name: "LinuxSystem", dependencies: ["CLinux", "CSeccomp", "CSystemd"], swiftSettings: threaded),

        // The service.
        .target(
            name: "Storage",
            dependencies: ["ConversionContract", "Domain", "LinuxSystem", "CArgon2", grdb, crypto],
            swiftSettings: threaded),
        .target(
            name: "Mail", dependencies: ["Domain", "LinuxSystem", "CCurl", crypto, mustache], swiftSettings: house),
        .target(
            name: "Pipeline",
            dependencies: [
                "Domain", "Storage", "Mail", "ConversionContract", "LinuxSystem", logging, serviceLifecycle, subprocess,
                systemPackage,
            ],
            swiftSettings: threaded),
        .target(
            name: "Web",
            dependencies: [
                "ConversionContract", "Domain", "LinuxSystem", "Storage", crypto, hummingbird, hummingbirdTLS,
                httpTypes, jwtKit, logging, mustache, nioCore, nioFileSystem, nioHTTP1, nioPosix, nioSSL,
                serviceLifecycle, systemPackage,
            ],
            resources: [.embedInCode("Assets")],
            swiftSettings: house),
        .executableTarget(
            name: "soundspool",
            dependencies: [
                "ConversionContract", "Domain", "LinuxSystem", "Storage", "Mail", "Pipeline", "Web", argumentParser,
                configuration, logging, serviceLifecycle, subprocess, systemPackage, unixSignals, yams,
            ],
            swiftSettings: house),

        // The converter.
        .target(
            name: "Conversion", dependencies: ["ConversionContract", "CFFmpeg", "CLame"],
            swiftSettings: house),
        .executableTarget(
            name: "soundspool-convert",
            dependencies: ["Conversion", "ConversionContract", "LinuxSystem", argumentParser],
            swiftSettings: house),

        // System libraries and the shims for what Swift cannot import.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CFFmpeg", pkgConfig: "libavformat", providers: [.apt(["libavformat-dev"])]),
        .systemLibrary(name: "CLame", providers: [.apt(["libmp3lame-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),

        // Tests: one target a module, and those that run the built binaries.
        .target(
            name: "TestSupport", dependencies: ["LinuxSystem"], path: "Tests/TestSupport", swiftSettings: house),
        .testTarget(name: "ConversionTests", dependencies: ["Conversion", "ConversionContract"], swiftSettings: house),
        .testTarget(name: "DomainTests", dependencies: ["ConversionContract", "Domain"], swiftSettings: house),
        .systemLibrary(name: "CProbe", path: "Tests/CProbe"),
        .executableTarget(
            name: "SandboxProbe", dependencies: ["CProbe", "LinuxSystem"], path: "Tests/SandboxProbe",
            swiftSettings: house),
        .testTarget(
            name: "LinuxSystemTests", dependencies: ["CLinux", "LinuxSystem", "SandboxProbe", "TestSupport"],
            swiftSettings: house),
        .testTarget(
            name: "MailTests", dependencies: ["Domain", "LinuxSystem", "Mail", "TestSupport"],
            exclude: ["Servers", "Golden"],
            swiftSettings: house),
        .testTarget(
            name: "StorageTests",
            dependencies: ["ConversionContract", "Domain", "LinuxSystem", "Storage", "TestSupport", grdb],
            swiftSettings: house),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "ConversionContract", "Domain", "LinuxSystem", "Mail", "Pipeline", "Storage", "TestSupport", grdb,
                logging,
            ],
            swiftSettings: house),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "ConversionContract", "Domain", "LinuxSystem", "Storage", "TestSupport", "Web", httpTypes, hummingbird,
                jwtKit, logging, mustache, nioCore, serviceLifecycle,
            ],
            swiftSettings: house),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "ConversionContract", "Domain", "LinuxSystem", "Pipeline", "Storage", "TestSupport", "soundspool",
                "soundspool-convert", logging,
            ],
            exclude: [
                "Box", "Browser", "Clients", "package-box", "systemd-box", "systemd-confinement.sh",
                "systemd-journey.sh", "systemd-package.sh",
            ],
            swiftSettings: house),
    ]
)
