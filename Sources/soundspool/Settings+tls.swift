import Web

extension Settings {
    /// Whether the certificate and its key can be used, before anything else is begun.
    func requireCertificate() throws {
        do {
            if let tls = http.tls { try TLSIdentity.check(tls) }
        } catch let error as TLSIdentity.Unusable {
            throw CommandFailure.misconfigured("\(error)")
        }
    }
}
