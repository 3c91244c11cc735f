import NIOSSL

/// The certificate that the server shows, and its key. They are read once, when the service starts.
public enum TLSIdentity {
    /// What is wrong with the files.
    public struct Unusable: Error, CustomStringConvertible {
        public let description: String
    }

    /// - Throws: ``Unusable``.
    public static func check(_ settings: WebSettings.TLS) throws { _ = try configuration(settings) }

    /// TLS 1.2 and later (RFC 8996 took those before out of use).
    static func configuration(_ settings: WebSettings.TLS) throws -> TLSConfiguration {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(settings.certificate)
            let key = try NIOSSLPrivateKey(file: settings.key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            // Finds a key that is another certificate's.
            _ = try NIOSSLContext(configuration: configuration)
            return configuration
        } catch {
            throw Unusable(
                description:
                    "http.tls: \(settings.certificate) and \(settings.key) should be a certificate in PEM and its "
                    + "key, which the service may read: \(error)")
        }
    }
}
