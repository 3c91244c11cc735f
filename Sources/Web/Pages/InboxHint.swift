/// Where one's inbox is, as the pages tell it.
struct InboxHint: Sendable {
    let path: String
    let sftp: String?
    let smb: String?
    let unc: String?

    init(_ inbox: InboxDocument) {
        (path, sftp, smb, unc) = (inbox.path, inbox.sftp, inbox.smb, inbox.unc)
    }

    static let template = #"""
        <p class="inbox hint">Your inbox, for drops without this page: {{#sftp}}<code>{{sftp}}</code>{{/sftp}}{{#smb}}, or the folder inbox of <code>{{smb}}</code>, on Windows <code>{{unc}}</code>{{/smb}}{{^sftp}}<code>{{path}}</code>{{/sftp}}</p>
        """#
}
