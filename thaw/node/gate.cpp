#include "thaw/node/gate.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "thaw/crypto/keccak_many.hpp"

namespace thaw::node {

namespace {

Rejection nobody_signed() {
    return {.text = "invalid sender: no account belongs to this signature"};
}

/// One that has been decoded.
struct Piece {
    size_t place;
    codec::Undigested decoded;
};

/// Those that decode; `out` has the refusals of the others.
std::vector<Piece> decode_all(std::span<const BytesView> raw, uint64_t chain_id,
                              std::span<Answer> out) {
    std::vector<Piece> pieces;
    pieces.reserve(raw.size());
    for (size_t i = 0; i < raw.size(); ++i) {
        auto decoded = codec::decode_undigested(raw[i], chain_id);
        if (decoded)
            pieces.push_back({i, std::move(*decoded)});
        else
            out[i] = tl::unexpected(Rejection{.text = std::move(decoded.error().text)});
    }
    return pieces;
}

}  // namespace

Answer open(BytesView raw, uint64_t chain_id) {
    Answer answer;
    open_many({&raw, 1}, chain_id, {&answer, 1});
    return answer;
}

void open_many(std::span<const BytesView> raw, uint64_t chain_id, std::span<Answer> out) {
    std::vector<Piece> pieces = decode_all(raw, chain_id, out);
    std::vector<BytesView> messages;
    messages.reserve(2 * pieces.size());
    std::vector<Hash> digests(2 * pieces.size());
    for (const Piece& one : pieces) messages.push_back(one.decoded.transaction.raw);
    for (const Piece& one : pieces) messages.push_back(one.decoded.signed_bytes);
    crypto::keccak256_many(messages, digests);
    for (size_t i = 0; i < pieces.size(); ++i) {
        pieces[i].decoded.transaction.hash = digests[i];
        pieces[i].decoded.transaction.signing_hash = digests[pieces.size() + i];
    }
    std::vector<crypto::Signature> signatures;
    signatures.reserve(pieces.size());
    for (const Piece& one : pieces) signatures.push_back(one.decoded.transaction.signature);
    std::vector<std::optional<crypto::Point>> points(pieces.size());
    crypto::recover_points(std::span{digests}.subspan(pieces.size()), signatures, points);
    messages.clear();
    for (const auto& point : points)
        if (point) messages.push_back(*point);
    crypto::keccak256_many(messages, digests);
    auto digest = digests.begin();
    for (size_t i = 0; i < pieces.size(); ++i) {
        if (!points[i]) {
            out[pieces[i].place] = tl::unexpected(nobody_signed());
            continue;
        }
        out[pieces[i].place] =
            Opened{.transaction = std::make_shared<const codec::SignedTransaction>(
                       std::move(pieces[i].decoded.transaction)),
                   .sender = crypto::account_of(*digest++)};
    }
}

Opened open_impersonated(const Address& sender, codec::SignedTransaction transaction,
                         uint64_t chain_id) {
    transaction.chain_id = chain_id;
    // Valid as numbers, and no signature that anybody could find: r would be a point with 11 zeros.
    transaction.signature = {};
    transaction.signature.r.bytes[11] = 1;
    std::copy(sender.bytes.begin(), sender.bytes.end(), transaction.signature.r.bytes.begin() + 12);
    transaction.signature.s.bytes[31] = 1;
    transaction.raw = codec::encode_signed(transaction);
    transaction.hash = crypto::keccak256(transaction.raw);
    transaction.signing_hash = codec::signing_hash_of(transaction);
    return {.transaction = std::make_shared<const codec::SignedTransaction>(std::move(transaction)),
            .sender = sender,
            .impersonated = true};
}

struct Hands::Crew {
    /// One call of `share`.
    struct Job {
        Job(size_t pieces, const std::function<void(size_t)>& work) : count{pieces}, f{&work} {}
        size_t count;
        const std::function<void(size_t)>* f;
        std::atomic<size_t> next = 0;
        std::atomic<size_t> done = 0;
    };

    /// Takes pieces until none is left.
    static void work_on(Job& job) {
        for (size_t i = job.next++; i < job.count; i = job.next++) {
            (*job.f)(i);
            if (++job.done == job.count) job.done.notify_all();
        }
    }
    void work() {
        std::unique_lock lock{mutex};
        while (true) {
            wake.wait(lock, [&] { return stopping || !jobs.empty(); });
            if (stopping) return;
            const std::shared_ptr<Job> job = jobs.front();
            if (job->next >= job->count) {
                jobs.pop_front();
                continue;
            }
            lock.unlock();
            work_on(*job);
            lock.lock();
        }
    }

    std::mutex mutex;
    std::condition_variable wake;
    std::deque<std::shared_ptr<Job>> jobs;
    bool stopping = false;
    std::vector<std::thread> threads;
};

Hands::Hands() : crew_{std::make_unique<Crew>()} {
    for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i)
        crew_->threads.emplace_back([crew = crew_.get()] { crew->work(); });
}

Hands::~Hands() {
    {
        const std::lock_guard lock{crew_->mutex};
        crew_->stopping = true;
    }
    crew_->wake.notify_all();
    for (std::thread& thread : crew_->threads) thread.join();
}

void Hands::share(size_t count, const std::function<void(size_t)>& f) {
    if (count == 0) return;
    const auto job = std::make_shared<Crew::Job>(count, f);
    if (count > 1) {
        const std::lock_guard lock{crew_->mutex};
        crew_->jobs.push_back(job);
        crew_->wake.notify_all();
    }
    Crew::work_on(*job);
    for (size_t done = job->done; done < count; done = job->done) job->done.wait(done);
}

}  // namespace thaw::node
