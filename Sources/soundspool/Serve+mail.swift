import Logging
import Mail
import Pipeline
import Storage

extension Serve {
    /// How letters go out, and what is in them.
    func letterDelivery(signingKey: [UInt8]) -> LetterDelivery {
        for problem in settings.mail.templateProblems {
            logger.error("a letter's template is not used", metadata: ["problem": "\(problem)"])
        }
        let links = settings.letterLinks(signingKey: signingKey)
        return LetterDelivery(
            to: settings.mail.destination, connections: settings.mail.connections, webhook: settings.mail.webhook,
            composer: LetterComposer(sender: settings.mail.sender, links: links, templates: settings.mail.templates),
            links: links)
    }
}

extension Settings {
    /// Whether a letter can reach whoever registers, and its link the page.
    var confirmsAddresses: Bool {
        if case .server = mail.destination { http.publicURL != nil } else { false }
    }

    /// Nil where people cannot reach the web page.
    fileprivate func letterLinks(signingKey: [UInt8]) -> LetterLinks? {
        http.publicURL.map { publicURL in
            let links = SignedLinks(
                signer: LinkSigner(signingKey: signingKey), publicURL: publicURL, lifetime: mail.linkLifetime)
            return LetterLinks(page: publicURL, download: links.download(of:since:), letters: links.letters(of:))
        }
    }
}
