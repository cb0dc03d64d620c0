// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every source target: strict concurrency (language mode 6), every unsafe construct spelled out,
/// no warning tolerated, imports internal unless a `package` signature needs them.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

/// Tests keep the warnings strict but not the memory-safety marks.
let testSettings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A module that wraps one C library installed by a Debian -dev package.
func system(_ name: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Sources/Shared/CLibraries/\(name)", pkgConfig: pkgConfig)
}

/// A module of one of the three sides; `path` is below `Sources/`.
func module(_ name: String, _ path: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(path)", swiftSettings: settings)
}

/// The tests of one module, in `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)Tests",
        resources: resources, swiftSettings: testSettings)
}

let package = Package(
    name: "antiphon",
    products: [
        .executable(name: "antiphon-control-plane", targets: ["ControlPlane"]),
        .executable(name: "antiphon-worker", targets: ["Worker"]),
    ],
    targets: [
        // C libraries, each imported by exactly one Swift module.
        system("COpenSSL"), system("CHiredis"), system("CCurl"), system("CMicroHTTPD"),
        system("CSampleRate"), system("CSpeexDSP"), system("CEspeakNG"),
        system("CPocketSphinx", pkgConfig: "pocketsphinx"),
        system("CWebSockets"),
        .target(name: "CLinux", path: "Sources/Shared/CLibraries/CLinux"),
        .target(name: "CSileroKernels", path: "Sources/Worker/CSileroKernels"),

        // Shared.
        .target(
            name: "Core", path: "Sources/Shared/Core", swiftSettings: settings,
            linkerSettings: [.linkedLibrary("m")]),
        module("Observability", "Shared/Observability", ["Core"]),
        module("Cryptography", "Shared/Cryptography", ["Core", "COpenSSL"]),
        module("RealtimeProtocol", "Shared/RealtimeProtocol", ["Core"]),
        module("Waveforms", "Shared/Waveforms", ["Core"]),
        module("EventLoops", "Shared/EventLoops", ["Core", "Observability", "CLinux"]),
        module("Lifecycle", "Shared/Lifecycle", ["Core", "Observability"]),
        module("Redis", "Shared/Redis", ["EventLoops", "Cryptography", "Observability", "Core", "CHiredis"]),
        module("HTTPClient", "Shared/HTTPClient", ["EventLoops", "Observability", "Core", "CCurl"]),
        module("Tenancy", "Shared/Tenancy", ["Redis", "Cryptography", "Observability", "Core"]),

        // Control plane.
        module("HTTPServer", "ControlPlane/HTTPServer", ["Observability", "Core", "CMicroHTTPD"]),
        .target(name: "CAPIDocument", path: "Sources/ControlPlane/CAPIDocument"),
        module(
            "ControlPlaneAPI", "ControlPlane/API",
            [
                "HTTPServer", "Tenancy", "RealtimeProtocol", "Waveforms", "Cryptography", "Lifecycle", "EventLoops",
                "Observability", "Core", "CAPIDocument",
            ]),
        .executableTarget(
            name: "ControlPlane",
            dependencies: [
                "ControlPlaneAPI", "HTTPServer", "Tenancy", "Redis", "RealtimeProtocol", "Cryptography", "Lifecycle",
                "EventLoops", "Observability", "Core",
            ],
            path: "Sources/ControlPlane/Main", swiftSettings: settings),

        // Worker.
        module("Budgets", "Worker/Budgets", ["Core"]),
        module("Audio", "Worker/Audio", ["Waveforms", "Core", "CSampleRate", "CSpeexDSP"]),
        module("Pipeline", "Worker/Pipeline", ["Audio", "Budgets", "EventLoops", "Observability", "Core"]),
        module("VoiceActivity", "Worker/VoiceActivity", ["Pipeline", "Audio", "Core", "CSileroKernels"]),
        module(
            "Providers", "Worker/Providers",
            [
                "Budgets", "Pipeline", "HTTPClient", "EventLoops", "Audio", "Waveforms", "Observability", "Core",
                "CEspeakNG", "CPocketSphinx",
            ]),
        module(
            "Agents", "Worker/Agents", ["Budgets", "Pipeline", "RealtimeProtocol", "EventLoops", "Core"]),
        module(
            "ServerTools", "Worker/ServerTools",
            [
                "Agents", "Budgets", "Pipeline", "RealtimeProtocol", "HTTPClient", "Cryptography", "EventLoops", "Core",
            ]),
        module(
            "Sessions", "Worker/Sessions",
            [
                "Agents", "Budgets", "Pipeline", "RealtimeProtocol", "Tenancy", "EventLoops", "Cryptography", "Audio",
                "Waveforms", "Observability", "Core",
            ]),
        module("Transport", "Worker/Transport", ["EventLoops", "Observability", "Core", "CWebSockets", "CLinux"]),
        .executableTarget(
            name: "Worker",
            dependencies: [
                "Sessions", "Agents", "ServerTools", "Transport", "Providers", "VoiceActivity", "Pipeline", "Audio",
                "Budgets", "Waveforms",
                "RealtimeProtocol",
                "Tenancy",
                "Redis", "HTTPClient", "Cryptography", "Lifecycle", "EventLoops", "Observability", "Core",
            ],
            path: "Sources/Worker/Main", swiftSettings: settings),

        // Tests.
        .target(
            name: "TestSupport",
            dependencies: [
                "EventLoops", "HTTPClient", "Pipeline", "Sessions", "RealtimeProtocol", "Tenancy", "Redis",
                "Observability",
                "Core",
            ],
            path: "Tests/TestSupport", swiftSettings: testSettings),
        tests("Core", ["Core"]),
        tests("Observability", ["Observability"]),
        tests("Lifecycle", ["Lifecycle"]),
        tests("Cryptography", ["Cryptography", "Core"]),
        tests("RealtimeProtocol", ["RealtimeProtocol", "Core"]),
        tests("EventLoops", ["EventLoops"]),
        tests("Redis", ["Redis", "EventLoops", "Observability", "Core"]),
        tests("HTTPClient", ["HTTPClient", "EventLoops", "Core"]),
        tests("Tenancy", ["Tenancy", "Redis", "Cryptography", "EventLoops", "Observability", "Core"]),
        tests("HTTPServer", ["HTTPServer", "Observability"]),
        tests(
            "ControlPlaneAPI",
            [
                "ControlPlane", "ControlPlaneAPI", "HTTPServer", "Tenancy", "Redis", "Cryptography", "Waveforms",
                "RealtimeProtocol", "Lifecycle", "EventLoops", "Observability", "Core",
            ]),
        tests("Waveforms", ["Waveforms", "Core"]),
        tests("Budgets", ["Budgets", "Core"]),
        tests("Audio", ["Audio", "Waveforms"]),
        tests("Pipeline", ["Pipeline", "Budgets", "EventLoops", "Core"]),
        tests("VoiceActivity", ["VoiceActivity", "Pipeline"]),
        tests(
            "Providers",
            ["Providers", "Pipeline", "HTTPClient", "EventLoops", "Audio", "Waveforms", "Observability", "Core"]),
        tests("Agents", ["Agents", "Pipeline", "RealtimeProtocol", "EventLoops", "Core"]),
        tests(
            "ServerTools",
            [
                "ServerTools", "Agents", "Budgets", "Pipeline", "RealtimeProtocol", "HTTPClient", "Cryptography",
                "EventLoops", "Core",
            ]),
        tests(
            "Sessions",
            [
                "Sessions", "Agents", "Budgets", "Pipeline", "RealtimeProtocol", "EventLoops", "Audio", "Waveforms",
                "Observability", "Core",
            ]),
        tests("Worker", ["Worker", "Transport", "Lifecycle", "EventLoops", "Observability", "Core"]),
        tests("Transport", ["Transport", "EventLoops", "Observability", "Core"]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "VoiceActivity", "Pipeline", "Providers", "RealtimeProtocol", "Sessions", "EventLoops", "Observability",
                "Audio", "Waveforms", "Core",
            ],
            path: "Tests/Benchmarks", exclude: ["vad_onnx.py"], swiftSettings: testSettings),
    ],
    swiftLanguageModes: [.v6])
