// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/engine.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <latch>
#include <mutex>
#include <thread>

#include "base/log.h"

namespace lunet::dataplane {

namespace {

constexpr unsigned threads_max_by_default = 4;
constexpr auto look_again_after = std::chrono::microseconds(100);
constexpr auto close_patience = std::chrono::seconds(1);

unsigned usable_processors() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::start(const EngineOptions& options) {
  const unsigned threads =
      options.threads != 0 ? options.threads : std::min(usable_processors(), threads_max_by_default);
  std::unique_ptr<Engine> engine(new Engine(options));
  for (unsigned i = 0; i < threads; ++i) {
    engine->workers_.push_back(std::make_unique<Worker>(*engine, TRY(options.make_reactor())));
  }
  for (const auto& worker : engine->workers_) worker->start();
  return engine;
}

Engine::~Engine() {
  begin_stop();
  // All of them before any is destroyed: they post to each other.
  for (const auto& worker : workers_) worker->join();
}

std::shared_ptr<Drain> Engine::begin_stop() {
  if (stopping_ != nullptr) return stopping_;
  stopping_ = Drain::make();
  const std::lock_guard lock(portals_mutex_);
  for (const auto& [address, portal] : portals_) portal.listener->stop();
  for (const auto& worker : workers_) worker->begin_stop(stopping_);
  return stopping_;
}

Result<std::uint16_t> Engine::listen(const std::string& portal) {
  const std::lock_guard lock(portals_mutex_);
  Portal& place = portals_[portal];
  if (place.listener == nullptr) {
    auto listener = Listener::open(portal);
    if (!listener) {
      portals_.erase(portal);
      return std::move(listener).error();
    }
    place.listener = std::move(*listener);
  }
  ++place.users;
  return place.listener->port();
}

void Engine::unlisten(const std::string& portal) {
  std::weak_ptr<Listener> closing;
  {
    const std::lock_guard lock(portals_mutex_);
    const auto found = portals_.find(portal);
    if (found == portals_.end() || --found->second.users > 0) return;
    found->second.listener->stop();
    closing = found->second.listener;
    portals_.erase(found);
  }
  // Its worker lets go of it when the socket is closed; the address can be taken again then.
  const auto deadline = std::chrono::steady_clock::now() + close_patience;
  while (!closing.expired() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(look_again_after);
  }
}

std::uint16_t Engine::port(const std::string& portal) const {
  const std::lock_guard lock(portals_mutex_);
  const auto found = portals_.find(portal);
  return found == portals_.end() ? std::uint16_t{0} : found->second.listener->port();
}

std::shared_ptr<Drain> Engine::publish(Snapshot snapshot) {
  const std::lock_guard lock(portals_mutex_);
  for (const auto& [address, portal] : portals_) snapshot.ports[address] = portal.listener->port();
  const auto shared = std::make_shared<const Snapshot>(std::move(snapshot));
  const auto drain = Drain::make();
  on_every_worker([shared, drain, hold = drain->hold({})](Worker& worker) { worker.use(shared, *drain); });
  for (auto& [address, portal] : portals_) {
    if (portal.listener->started()) continue;
    Worker& home = *workers_[next_listener_++ % workers_.size()];
    portal.listener->start(home,
                           [this](Fd socket, const std::string& name) { accepted(std::move(socket), name); });
  }
  return drain;
}

// On the thread of a listener's worker.
void Engine::accepted(Fd socket, const std::string& portal) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return;  // gone again
  const Address peer = Address::from(storage);
  auto place = gate_.enter(peer);
  if (!place) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto left_out = login_guard_.may_log(
        peer.host(),
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()));
    if (!left_out) return;
    if (*left_out > 0) log::warning("{} more were refused and not logged", *left_out);
    log::warning("connection from {} to {} refused: {}; {}", peer.text(), portal, place.error().message,
                 place.error().hint);
    return;
  }
  Worker& worker = *workers_[next_worker_.fetch_add(1) % workers_.size()];
  auto passed = std::make_shared<Accepted>(Accepted{std::move(socket), portal, *std::move(place)});
  worker.post([&worker, passed] { worker.adopt(std::move(*passed)); });
}

// Runs `visit` on every worker and waits for all.
void Engine::visit_all(const std::function<void(Worker&)>& visit) {
  std::latch done(static_cast<std::ptrdiff_t>(workers_.size()));
  on_every_worker([&](Worker& worker) {
    visit(worker);
    done.count_down();
  });
  done.wait();
}

void Engine::on_every_worker(const std::function<void(Worker&)>& visit) {
  for (const auto& worker : workers_) worker->post([visit, target = worker.get()] { visit(*target); });
}

void Engine::spread(const std::shared_ptr<Disk>& disk, const scsi::Effects& effects) {
  visit_all([&](Worker& worker) { worker.feel(*disk, effects); });
}

reactor::Reactor::Counters Engine::counters() const {
  reactor::Reactor::Counters sum;
  for (const auto& worker : workers_) {
    const auto one = worker->counters();
    sum.submissions += one.submissions;
    sum.system_calls += one.system_calls;
  }
  return sum;
}

bool Engine::end_session(const std::string& target, std::uint16_t portal_group_tag, std::uint16_t tsih) {
  std::atomic<bool> found = false;
  visit_all([&](Worker& worker) {
    if (worker.end_session(target, portal_group_tag, tsih)) found = true;
  });
  return found;
}

std::vector<SessionInfo> Engine::sessions() {
  std::mutex mutex;
  std::vector<SessionInfo> all;
  visit_all([&](Worker& worker) {
    std::vector<SessionInfo> some = worker.sessions();
    const std::lock_guard lock(mutex);
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  });
  return all;
}

LunUses Engine::lun_uses(std::string_view target, std::uint16_t portal_group_tag) {
  std::mutex mutex;
  LunUses sum;
  visit_all([&](Worker& worker) {
    const std::lock_guard lock(mutex);
    worker.lun_totals().add_to(sum, target, portal_group_tag);
  });
  return sum;
}

}  // namespace lunet::dataplane
