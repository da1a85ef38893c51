/// A line on a terminal that says what is being waited for. Nothing is written anywhere else.
#pragma once
#include <chrono>
#include <string>

namespace thaw::cli {

class Progress {
  public:
    explicit Progress(std::string what);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    /// Writes the line anew, with the time spent so far.
    void turn();

  private:
    std::string what_;
    bool terminal_;
    std::chrono::steady_clock::time_point began_;
};

}  // namespace thaw::cli
