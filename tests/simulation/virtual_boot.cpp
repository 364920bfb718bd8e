#include "virtual_boot.hpp"

#include "virtual_runner.hpp"

namespace dtest::simulation {

void VirtualBoot::begin() {
  later(shared_.some(100'000), [this] { say(protocol::LocalHello{pid(), "3.3.1"}); });
}

void VirtualBoot::hear(const protocol::LocalWork& work) {
  if (const auto* boot_work = std::get_if<protocol::BootWork>(&work)) {
    boot(*boot_work);
  } else if (const auto* fork_work = std::get_if<protocol::ForkWork>(&work)) {
    fork(*fork_work);
  } else if (std::holds_alternative<protocol::Quit>(work)) {
    if (shared_.random.chance(shared_.scenario.refuse_quit)) {
      shared_.saw(Fault::quit_refused, 0);
      return;
    }
    later(shared_.some(50'000), [this] {
      say(protocol::LocalBye{});
      die("exit 0");
    });
  }
}

void VirtualBoot::boot(const protocol::BootWork& work) {
  deferred_.insert(work.defer.begin(), work.defer.end());
  if (shared_.random.chance(shared_.scenario.boot_failed)) {
    shared_.saw(Fault::boot_failed);
    later(shared_.some(200'000), [this] {
      say(protocol::BootFailed{"no framework", 78, {}});
      die("exit 78");
    });
    return;
  }
  if (shared_.random.chance(shared_.scenario.boot_hung)) {
    shared_.saw(Fault::boot_hung);
    return;
  }
  later(shared_.some(200'000), [this] {
    if (shared_.scenario.whole_in_runners) {
      loaded();
    } else {
      plan();
      if (shared_.scenario.load_in_boot) load(0);
      else loaded();
    }
  });
}

void VirtualBoot::plan() {
  protocol::Plan plan;
  plan.framework = {"rspec", "3.13"};
  plan.mode = "run";
  for (const VirtualFile& file : shared_.scenario.files) {
    plan.files.push_back(file.path);
    if (plan.files.size() < (shared_.scenario.files.size() > 200 ? 1000U : 20U)) continue;
    plan.more = true;
    say(plan);
    plan.files.clear();
    ++plan.part;
  }
  plan.more = false;
  say(plan);
}

void VirtualBoot::load(std::size_t file) {
  if (file == shared_.scenario.files.size()) {
    loaded();
    return;
  }
  const VirtualFile& one = shared_.scenario.files[file];
  if (deferred_.contains(one.path)) {
    load(file + 1);
    return;
  }
  say(protocol::Loading{one.path});
  bool dies = one.nature == VirtualFile::Nature::kills_loader;
  later(shared_.some(20'000), [this, dies, file] {
    if (!dies) {
      load(file + 1);
      return;
    }
    shared_.saw(Fault::boot_died_loading, file);
    die("SIGABRT");
  });
}

void VirtualBoot::loaded() {
  say(protocol::Loaded{base::Duration(1), shared_.scenario.load_in_boot ? "on" : "framework"});
  if (!shared_.random.chance(shared_.scenario.boot_died_later)) return;
  later(shared_.some(5'000'000), [this] {
    shared_.saw(Fault::boot_died_later);
    die("SIGKILL");
  });
}

void VirtualBoot::fork(const protocol::ForkWork& work) {
  auto child = std::make_shared<VirtualRunner>(shared_, host_, work.slot, work.incarnation);
  host_.on_forked(work.slot, work.incarnation, child);
  child->begin();
  if (shared_.random.chance(shared_.scenario.fork_unsaid)) {
    shared_.saw(Fault::fork_unsaid, work.slot.value);
    die("SIGKILL");
    return;
  }
  say(protocol::Forked{work.slot, work.incarnation, child->pid()});
}

}  // namespace dtest::simulation
