import Domain
import FoundationEssentials
import Hummingbird

/// The administrators' page: the document in words. What changes is inside `#administration`, so that a script can ask
/// for the page again and take that out of it.
struct AdministrationPage {
    struct Row {
        let name: String
        let email: String
        let notes: String
        let jobsToday: Int
        let queued: String
        let lastDrop: String
    }

    struct Conversion {
        let account: String
        let name: String
        /// 0 to 1.
        let progress: Double?
        let words: String
    }

    struct Held {
        let account: String
        let name: String
        let message: String
    }

    let title = "Administration"
    let account: String
    let isAdministrator = true
    let accounts: [Row]
    let converting: [Conversion]
    let conversions: Int
    let queued: Int
    let waiting: Int
    let held: [Held]
    let lettersQueued: Int
    let lettersFailed: Int
    let averages: String
    let processors: Int
    let serviceMemory: String
    let memory: String
    let disk: String

    init(_ account: Account, _ document: AdministrationDocument) {
        self.account = account.name.text
        accounts = document.accounts.map(Row.init)
        let (queue, load) = (document.queue, document.load)
        converting = queue.converting.map(Conversion.init)
        conversions = load.conversions
        (queued, waiting) = (queue.queued, queue.waiting)
        held = (queue.heldUp + queue.waitingDrops).map {
            Held(account: $0.account, name: $0.name, message: $0.message)
        }
        (lettersQueued, lettersFailed) = (queue.letters.queued, queue.letters.failed)
        averages = load.averages.map { String(($0 * 100).rounded() / 100) }.joined(separator: ", ")
        processors = load.processors
        serviceMemory = load.memory.service.map(ByteCountText.text) ?? "unknown"
        memory = Self.free(load.memory.available, of: load.memory.total)
        disk = Self.free(load.disk.available, of: load.disk.total)
    }

    private static func free(_ available: Int64, of total: Int64) -> String {
        let percent = total > 0 ? Int((Double(available) / Double(total) * 100).rounded()) : 0
        return "\(ByteCountText.text(available)) of \(ByteCountText.text(total)) free (\(percent) %)"
    }
}

extension AdministrationPage.Row {
    init(_ account: AdministrationDocument.Account) {
        let notes = [account.administrator ? "administrator" : nil, account.enabled ? nil : "disabled"]
        self.init(
            name: account.name, email: account.email, notes: notes.compactMap { $0 }.joined(separator: ", "),
            jobsToday: account.jobsToday, queued: ByteCountText.text(account.queuedBytes),
            lastDrop: account.lastDrop.map(Self.time) ?? "never")
    }

    /// `2026-11-23 14:05 UTC`.
    private static func time(_ date: Date) -> String {
        let day = date.formatted(.iso8601.year().month().day())
        return "\(day) \(date.formatted(.iso8601.time(includingFractionalSeconds: false)).prefix(5)) UTC"
    }
}

extension AdministrationPage.Conversion {
    init(_ conversion: AdministrationDocument.Conversion) {
        let left = conversion.left.map { ", about \(Self.words($0)) left" } ?? ""
        self.init(
            account: conversion.account, name: conversion.name, progress: conversion.progress,
            words: conversion.progress.map { "\(Int($0 * 100)) %\(left)" } ?? "begun")
    }

    private static func words(_ seconds: Double) -> String {
        let minutes = Int(clamping: Int64(min(seconds, 1e9)) / 60 + 1)
        return seconds < 60 ? "\(Int(seconds) + 1) s" : minutes < 90 ? "\(minutes) min" : "\(minutes / 60 + 1) h"
    }
}

extension Pages {
    func administration(_ content: AdministrationPage) -> Response { page(render(content, "administration")) }
}
