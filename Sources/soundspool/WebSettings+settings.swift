import Web

extension WebSettings {
    /// What the web server needs to know of the settings.
    init(_ settings: Settings) {
        let http = settings.http
        self.init(
            host: http.host, port: http.port, publicURL: http.publicURL, maxUpload: http.maxUpload,
            registration: http.registration, confirmsAddresses: settings.confirmsAddresses,
            preset: settings.convert.preset, trustedProxies: http.trustedProxies, tls: http.tls,
            uploadLifetime: http.uploadLifetime, accountBytes: http.accountBytes, freeSpace: http.freeSpace)
        conversions = settings.convert.jobs
    }
}
