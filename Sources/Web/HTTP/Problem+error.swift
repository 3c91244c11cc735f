import HTTPTypes
import Hummingbird
import LinuxSystem
import NIOCore
import _NIOFileSystem

extension Problem {
    /// What to say of any error.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as HTTPError where error.status == .notFound: self = .notFound()
        case let error as HTTPError:
            self.init(status: error.status, detail: error.body ?? error.status.reasonPhrase, headers: error.headers)
        case let error as MultipartError: self = .badRequest("The form cannot be read: \(error).")
        case is NIOTooManyBytesError:
            self.init(status: .contentTooLarge, detail: "The request is larger than such a request can be.")
        case is CancellationError:
            self.init(status: .serviceUnavailable, detail: "The service is shutting down. Try again in a moment.")
        case let error as SystemError where error.isStorageTrouble: self = .storageTrouble(error)
        case let error as FileSystemError where error.isStorageTrouble: self = .storageTrouble(error)
        default:
            self.init(
                status: .internalServerError,
                detail: "Something went wrong here. The administrator finds the cause in the service's journal.",
                cause: error)
        }
    }

    private static func storageTrouble(_ cause: any Error) -> Problem {
        Problem(
            status: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"),
            detail: "The server's storage is full or in trouble. Tell the administrator, and try again later.",
            cause: cause)
    }
}

extension FileSystemError {
    var isStorageTrouble: Bool {
        guard let code = (cause as? SystemCallError)?.errno.rawValue else { return false }
        return SystemError(call: "", subject: "", code: code).isStorageTrouble
    }
}
