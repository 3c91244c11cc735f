import LinuxSystem
import Web

extension WebSettings {
    /// What the web server needs to know of the settings. Raises this process's limit of descriptors for its connections.
    init(_ settings: Settings) throws(SystemError) {
        let http = settings.http
        self.init(
            host: http.host, port: http.port, publicURL: http.publicURL, maxUpload: http.maxUpload,
            registration: http.registration, confirmsAddresses: settings.confirmsAddresses,
            preset: settings.convert.preset, trustedProxies: http.trustedProxies, tls: http.tls,
            uploadLifetime: http.uploadLifetime, accountBytes: http.accountBytes, freeSpace: http.freeSpace,
            connections: .init(
                descriptors: try DescriptorLimit.raise(), mostFromOnePlace: http.connectionsPerAddress))
        conversions = settings.convert.jobs
    }
}
