#include "thaw/node/node.hpp"

#include <spdlog/spdlog.h>

#include <stdexcept>

#include "thaw/base/assert.hpp"
#include "thaw/base/result.hpp"
#include "thaw/node/block_format.hpp"
#include "thaw/node/node_impl.hpp"
#include "thaw/node/recovery.hpp"
#include "thaw/node/replay.hpp"
#include "thaw/node/rocksdb_storage.hpp"

namespace thaw::node {

namespace {

/// Unwraps, or says where the trouble is.
template <class T>
T must(IoResult<T> result, const Options& options) {
    if (!result)
        throw std::runtime_error("data directory " + options.data_dir.string() + ": " +
                                 result.error());
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::shared_ptr<Storage> storage_of(const Options& options) {
    if (options.storage != nullptr) return options.storage;
    return must(open_rocksdb(options.data_dir / "chain"), options);
}

/// What the data directory gave, or a way out for whoever asked.
template <class T>
T found(IoResult<T> read, const std::string& what) {
    if (read) return *std::move(read);
    spdlog::error("reading {}: {}", what, read.error());
    throw Unreadable(what + " cannot be read from the data directory; the log says why");
}

/// One piece of work on many transactions: as many as are hashed and recovered side by side.
constexpr size_t opened_together = 16;

/// What has been submitted on this thread since `together` began.
struct Gathering {
    const NodeImpl* node;
    std::vector<Bytes> raw;
    std::vector<std::function<void(tl::expected<Hash, Rejection>)>> answers;
};
thread_local Gathering* gathering = nullptr;
/// While it lives, what is submitted on this thread goes there.
struct GatheringScope {
    explicit GatheringScope(Gathering& to) { gathering = &to; }
    ~GatheringScope() { gathering = nullptr; }
    GatheringScope(const GatheringScope&) = delete;
    GatheringScope& operator=(const GatheringScope&) = delete;
};

PoolLimits limits_of(const Options& options) {
    return {.transactions_max = options.pool_transactions_max,
            .per_sender_max = options.pool_transactions_per_sender_max};
}

}  // namespace

NodeImpl::NodeImpl(Options given)
    : options{std::move(given)},
      store{storage_of(options)},
      chain{store, options.past},
      pool{limits_of(options)},
      automine{options.automine} {
    THAW_ASSERT(options.clock != nullptr);
    open_chain();
    head_ = chain.head();
    const auto hub = hub_of(state_);
    pool.set_fees(hub.block_gas_limit, hub.base_fee);
    if (options.clock->now_s() < head_->header.timestamp)
        options.clock->reset(head_->header.timestamp);
    checkpoint = std::make_unique<Checkpoint>(
        store, chain, Checkpoint::Limits{options.checkpoint_blocks, options.checkpoint_table_bytes},
        [this](const std::string& why) { stop_soon(why); });
    bound_waiting();
    writer_ = std::thread{[this] { run_writer(); }};
}

NodeImpl::~NodeImpl() {
    {
        const std::lock_guard lock{writer_mutex_};
        stopping_ = true;
    }
    work_.notify_all();
    writer_.join();
    checkpoint.reset();
    watchers.fire_all(false);
}

void NodeImpl::open_chain() {
    const auto stored = must(store.open(), options);
    const uint64_t wanted = options.genesis.hub.chain_id;
    if (!stored) return create_chain();
    if (wanted != 0 && wanted != *stored)
        throw std::runtime_error("data directory " + options.data_dir.string() +
                                 " holds chain id " + std::to_string(*stored) +
                                 ", the configuration says " + std::to_string(wanted) +
                                 ": choose another data directory or that chain id");
    chain_id = *stored;
    must(recover(store, options.past, state_, chain), options);
    spdlog::info("chain {} goes on after block {}", chain_id, chain.head()->header.number);
}

void NodeImpl::create_chain() {
    if (const auto fault = protocol::fault_in(options.genesis))
        throw std::runtime_error("genesis: " + *fault);
    state_ = protocol::make_state(options.genesis);
    chain_id = hub_of(state_).chain_id;
    const Draft draft = genesis_block(state_);
    must(store.create(chain_id,
                      {.height = 0, .block = encode_block(*draft.block), .changes = draft.changes}),
         options);
    chain.start(state_, draft.block);
    spdlog::info("chain {} begins", chain_id);
}

void NodeImpl::look_at(std::span<const BytesView> raw, std::span<Answer> out) const {
    if (pool.saturated() && !has_stopped)
        std::ranges::fill(out, tl::unexpected(Pool::saturation()));
    else
        open_many(raw, chain_id, out);
}

void NodeImpl::look_up(std::span<const Answer> opened, std::span<AccountNow> out) const {
    const auto lock = chain.read_lock();
    for (size_t i = 0; i < opened.size(); ++i)
        if (opened[i]) out[i] = account_now(chain.state(), opened[i]->sender);
}

tl::expected<Hash, Rejection> NodeImpl::admit(Answer opened) {
    AccountNow account;
    look_up({&opened, 1}, {&account, 1});
    return admit(std::move(opened), account);
}

std::vector<tl::expected<Hash, Rejection>> NodeImpl::admit_all(std::span<Answer> opened) {
    std::vector<AccountNow> accounts(opened.size());
    look_up(opened, accounts);
    std::vector<tl::expected<Hash, Rejection>> answers;
    answers.reserve(opened.size());
    for (size_t i = 0; i < opened.size(); ++i)
        answers.push_back(admit(std::move(opened[i]), accounts[i]));
    return answers;
}

tl::expected<Hash, Rejection> NodeImpl::admit(Answer opened, const AccountNow& account) {
    const auto refuse = [&](Rejection why) -> tl::expected<Hash, Rejection> {
        ++rejected_count;
        return tl::unexpected(std::move(why));
    };
    if (!opened) return refuse(std::move(opened.error()));
    if (has_stopped) {
        const std::lock_guard lock{why_mutex};
        return refuse({.code = -32603, .text = "the node has stopped: " + why_stopped});
    }
    const Hash hash = opened->transaction->hash;
    const Address sender = opened->sender;
    const uint64_t nonce = opened->transaction->nonce;
    const auto displaced = pool.admit(std::move(*opened), account);
    if (!displaced) return refuse(displaced.error());
    // What it follows may have been sealed and forgotten since the account was read. The pool would
    // then wait for a nonce that never comes again.
    if (nonce != account.nonce) {
        const auto lock = chain.read_lock();
        pool.advance(sender, account_now(chain.state(), sender).nonce);
    }
    note_waiting();  // not before: the writer may look at once, and would find nothing
    watchers.fire(*displaced, false);
    pendings.call(hash);
    return hash;
}

const protocol::State& View::state() const { return chain_->state(); }
BlockPtr View::head() const { return chain_->head(); }
uint64_t View::oldest_readable_height() const { return chain_->oldest_readable(); }

protocol::State View::fork_at(uint64_t height) const {
    THAW_ASSERT(height >= oldest_readable_height() && height <= head()->header.number);
    return protocol::State::fork(state(), height);
}

protocol::Receipt View::simulate(uint64_t height, const protocol::Block& context,
                                 const protocol::Command& command,
                                 std::vector<protocol::CallFrame>* trace) const {
    if (height != head()->header.number) {
        protocol::State past = fork_at(height);
        return protocol::simulate(past, context, command, trace);
    }
    auto layer = chain_->borrow_layer();
    protocol::Receipt receipt = protocol::simulate(layer->state, context, command, trace);
    chain_->give_back(std::move(layer));
    return receipt;
}

protocol::Block View::context_at(uint64_t height) const {
    THAW_ASSERT(height >= oldest_readable_height() && height <= head()->header.number);
    return {
        .chain_id = hub_of(state()).chain_id, .height = height, .now_s = chain_->time_at(height)};
}

Node::Node(Options options) : impl_{std::make_unique<NodeImpl>(std::move(options))} {}
Node::~Node() = default;

tl::expected<Hash, Rejection> Node::submit(BytesView raw) {
    const NodeImpl::Arrival arrival{*impl_};
    Answer opened;
    impl_->look_at({&raw, 1}, {&opened, 1});
    return impl_->admit(std::move(opened));
}

void Node::submit(Bytes raw, std::function<void(tl::expected<Hash, Rejection>)> answer) {
    if (gathering == nullptr || gathering->node != impl_.get()) return answer(submit(raw));
    gathering->raw.push_back(std::move(raw));
    gathering->answers.push_back(std::move(answer));
}

std::vector<tl::expected<Hash, Rejection>> Node::submit_many(std::span<const Bytes> raw) {
    const std::vector<BytesView> views(raw.begin(), raw.end());
    std::vector<Answer> opened(raw.size());
    const size_t pieces = (raw.size() + opened_together - 1) / opened_together;
    impl_->hands.share(pieces, [&](size_t piece) {
        const size_t from = piece * opened_together;
        const size_t count = std::min(opened_together, raw.size() - from);
        impl_->look_at(std::span{views}.subspan(from, count),
                       std::span{opened}.subspan(from, count));
    });
    const NodeImpl::Arrival arrival{*impl_};  // not before: others would wait for all signatures
    return impl_->admit_all(opened);
}

tl::expected<Hash, Rejection> Node::submit_impersonated(const Address& sender,
                                                        codec::SignedTransaction transaction) {
    const NodeImpl::Arrival arrival{*impl_};
    return impl_->admit(open_impersonated(sender, std::move(transaction), impl_->chain_id));
}

void Node::together(const std::function<void()>& work) {
    const NodeImpl::Arrival arrival{*impl_};
    Gathering here{impl_.get()};
    {
        const GatheringScope scope{here};
        work();
    }
    if (here.raw.empty()) return;
    const std::vector<BytesView> views(here.raw.begin(), here.raw.end());
    std::vector<Answer> opened(views.size());
    impl_->look_at(views, opened);
    auto hashes = impl_->admit_all(opened);
    for (size_t i = 0; i < hashes.size(); ++i) here.answers[i](std::move(hashes[i]));
}

void Node::when_sealed(const Hash& transaction, std::function<void(bool)> callback) {
    impl_->watchers.add(transaction, std::move(callback));
    // It is in the pool until after it is published, so this order misses nothing.
    if (impl_->pool.contains(transaction) && !impl_->has_stopped) return;
    const auto place = impl_->chain.locate(transaction);
    if (!place) spdlog::error("looking for a transaction: {}", place.error());
    impl_->watchers.fire({&transaction, 1}, place && place->has_value());
}

View Node::view() const { return View{impl_->chain, impl_->chain.read_lock()}; }

BlockPtr Node::head() const { return view().head(); }
BlockPtr Node::block(uint64_t height) const {
    return found(impl_->chain.block(height), "block " + std::to_string(height));
}
std::optional<codec::Header> Node::header(uint64_t height) const {
    return found(impl_->chain.header(height), "block " + std::to_string(height));
}
std::optional<uint64_t> Node::height_of(const Hash& block) const {
    return found(impl_->chain.height_of(block), "where a block lies");
}

BlockPtr Node::block(const Hash& hash) const {
    const auto height = height_of(hash);
    BlockPtr at = height ? block(*height) : nullptr;
    return at != nullptr && at->hash == hash ? at : nullptr;  // another is there after a revert
}

std::optional<InBlock> Node::transaction(const Hash& hash) const {
    const auto place = found(impl_->chain.locate(hash), "where a transaction lies");
    BlockPtr at = place ? block(place->height) : nullptr;
    const bool is_there = at != nullptr && place->index < at->transactions.size() &&
                          at->transactions[place->index].transaction->hash == hash;
    if (!is_there) return std::nullopt;
    return InBlock{std::move(at), place->index};
}

uint64_t Node::pending_nonce(const Address& account) const {
    const auto queued = impl_->pool.next_nonce(account);
    const uint64_t now = account_now(view().state(), account).nonce;
    return std::max(queued.value_or(0), now);
}

std::vector<PoolEntry> Node::pool() const { return impl_->pool.entries(); }
std::optional<PoolEntry> Node::pending(const Hash& transaction) const {
    return impl_->pool.find(transaction);
}

uint64_t Node::on_block(std::function<void(const BlockPtr&)> callback) {
    const uint64_t id = ++impl_->last_id;
    impl_->blocks.add(id, std::move(callback));
    return id;
}
uint64_t Node::on_pending(std::function<void(const Hash&)> callback) {
    const uint64_t id = ++impl_->last_id;
    impl_->pendings.add(id, std::move(callback));
    return id;
}
uint64_t Node::on_revert(std::function<void(uint64_t)> callback) {
    const uint64_t id = ++impl_->last_id;
    impl_->reverts.add(id, std::move(callback));
    return id;
}
void Node::unsubscribe(uint64_t id) {
    impl_->blocks.remove(id);
    impl_->pendings.remove(id);
    impl_->reverts.remove(id);
}

bool Node::automine() const { return impl_->automine; }
void Node::set_automine(bool on) {
    impl_->run_on_writer([&] {
        impl_->automine = on;
        impl_->bound_waiting();
    });
}

BlockPtr Node::mine() {
    BlockPtr sealed;
    impl_->run_on_writer([&] { sealed = impl_->seal(true); });
    return sealed;
}

bool Node::revert_to(uint64_t height) {
    bool reverted = false;
    impl_->run_on_writer([&] { reverted = impl_->revert_to(height); });
    return reverted;
}

Clock& Node::clock() { return *impl_->options.clock; }

std::optional<uint64_t> Node::replay(const std::function<void(uint64_t)>& progress) const {
    const uint64_t head = view().head()->header.number;
    return replay_blocks(impl_->store, head, impl_->chain_id, progress);
}

void Node::checkpoint() {
    const auto folded = impl_->checkpoint->fold_all();
    if (!folded) impl_->stop_soon("the checkpoint could not be written: " + folded.error());
}

std::optional<std::string> Node::stopped() const {
    const std::lock_guard lock{impl_->why_mutex};
    if (!impl_->has_stopped) return std::nullopt;
    return impl_->why_stopped;
}

Node::Counters Node::counters() const {
    return {.transactions = impl_->transactions_count,
            .rejected = impl_->rejected_count,
            .blocks = impl_->blocks_count,
            .pool_size = impl_->pool.size(),
            .commit_us_last = impl_->commit_us_last};
}

}  // namespace thaw::node
