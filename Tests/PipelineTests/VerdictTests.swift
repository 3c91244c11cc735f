import ConversionContract
import Domain
import Foundation
import Testing

@testable import Pipeline

struct VerdictTests {
    private func verdict(
        _ status: ConversionContract.ExitStatus, promised: Double? = nil, produced: Double = 0,
        reason: ConversionReport.Reason? = nil,
        message: String? = nil, audioSize: Int64 = 1000, crashes: Int = 0
    ) -> Verdict {
        let report = ConversionReport(
            promised: promised, produced: produced, preset: .standard, reason: reason, message: message)
        return Verdict(.exited(status, report), audioSize: audioSize, crashes: crashes)
    }

    private func isDamaged(_ verdict: Verdict) -> Bool {
        if case .permanent(let failure) = verdict { failure.reason == "damaged" } else { false }
    }

    @Test(
        arguments: [
            (nil, 600.0), (600.0, 600.0), (600.0, 700.0), (600.0, 588.0), (10.0, 8.0), (3.0, 1.0), (0.0, 1.0),
        ] as [(Double?, Double)])
    func `what was promised came out`(promised: Double?, produced: Double) {
        #expect(
            verdict(.converted, promised: promised, produced: produced)
                == .converted(duration: produced, waveform: nil))
    }

    @Test(arguments: [(600.0, 300.0), (600.0, 587.9), (10.0, 7.9), (3.0, 0.9), (86_400.0, 43_200.0)])
    func `exit status 0 with half the sound is not success`(promised: Double, produced: Double) {
        #expect(isDamaged(verdict(.converted, promised: promised, produced: produced)))
    }

    @Test func `says how much is missing`() {
        #expect(
            verdict(.converted, promised: 600, produced: 300.4)
                == .permanent(
                    JobFailure(
                        reason: "damaged", message: "Only 300 of 600 seconds of sound could be read from the video.")))
    }

    @Test func `exit status 0 without sound, without an MP3 or without a word is not success`() {
        #expect(isDamaged(verdict(.converted, produced: 0)))
        #expect(isDamaged(verdict(.converted, produced: 600, audioSize: 0)))
        #expect(isDamaged(Verdict(.exited(.converted, nil), audioSize: 1000, crashes: 0)))
    }

    @Test(arguments: [(0, false), (1, true), (512, true), (513, false), (12_000, false)])
    func `a waveform is taken where it can be one`(count: Int, isTaken: Bool) {
        let waveform = Data(repeating: 7, count: count)
        let report = ConversionReport(produced: 3, preset: .standard, waveform: waveform)
        #expect(
            Verdict(.exited(.converted, report), audioSize: 1000, crashes: 0)
                == .converted(duration: 3, waveform: isTaken ? waveform : nil))
    }

    /// What the converter says is not trusted: a number that is no `Int` must not end the whole service.
    @Test func `a promise beyond all numbers is survived`() async {
        await #expect(processExitsWith: .success) {
            let report = ConversionReport(promised: 1e300, produced: 1, preset: .standard)
            _ = Verdict(.exited(.converted, report), audioSize: 1000, crashes: 0)
        }
    }

    @Test(arguments: ConversionReport.Reason.allCases)
    func `what cannot be converted is the owner's news`(reason: ConversionReport.Reason) {
        for crashes in 0...9 {
            #expect(
                verdict(.cannotBeConverted, reason: reason, message: "It is\na poem.", crashes: crashes)
                    == .permanent(JobFailure(reason: reason.rawValue, message: "It is\u{FFFD}a poem.")))
        }
    }

    @Test func `what has no end waits for it`() {
        for crashes in 0...9 {
            #expect(
                verdict(.incomplete, reason: .incomplete, message: "It ends\ntoo early.", crashes: crashes)
                    == .incomplete(JobFailure(reason: "incomplete", message: "It ends\u{FFFD}too early.")))
        }
    }

    @Test func `without a report there is still a reason`() {
        #expect(isDamaged(Verdict(.exited(.cannotBeConverted, nil), audioSize: 0, crashes: 0)))
        guard case .incomplete(let failure) = Verdict(.exited(.incomplete, nil), audioSize: 0, crashes: 0) else {
            Issue.record("not incomplete")
            return
        }
        #expect(failure.reason == "incomplete")
    }

    /// Whether it holds is found out before: see `Doubt`. What is left is an attempt that broke off.
    @Test(arguments: [ConversionContract.ExitStatus.inputOutput, .usage, .sandbox])
    func `an excuse that did not hold is a crash`(status: ConversionContract.ExitStatus) {
        #expect(isDamaged(verdict(status, message: "disk full", crashes: 1)))
        guard case .temporary = Verdict(.exited(status, nil), audioSize: 0, crashes: 0) else {
            Issue.record("not temporary")
            return
        }
    }

    @Test(arguments: [
        ConversionWatch.Objection.standstill, .tooSlow, .tooLarge, .flood, .tooManyThreads,
    ])
    func `who had to be stopped is tried once more`(objection: ConversionWatch.Objection) {
        #expect(Verdict(.stopped(objection), audioSize: 0, crashes: 0) == .temporary(objection.rawValue))
        #expect(
            Verdict(.stopped(objection), audioSize: 0, crashes: 1)
                == .permanent(JobFailure(reason: "over-limit", message: objection.rawValue)))
    }

    @Test(arguments: [
        ConverterProcess.Ending.exited(.internalError, nil), .crashed("signal 11"), .crashed("exit status 1"),
    ])
    func `a crash may be the machine's fault once`(ending: ConverterProcess.Ending) {
        guard case .temporary = Verdict(ending, audioSize: 0, crashes: 0) else {
            Issue.record("not temporary")
            return
        }
        #expect(isDamaged(Verdict(ending, audioSize: 0, crashes: 1)))
    }
}
