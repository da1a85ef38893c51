/// How a command ends when it does not succeed: an exit code that scripts can tell apart, and a
/// sentence.
#pragma once
#include <stdexcept>
#include <string>

namespace thaw::cli {

enum class ExitCode : int {
    ok = 0,
    refused = 1,      ///< the chain, the disk or the configuration said no
    usage = 2,        ///< the command line does not mean anything
    unreachable = 3,  ///< no node answers
};

/// Thrown by commands, said by `main`. The exit code goes to whoever started the program.
class Failure : public std::runtime_error {
  public:
    Failure(ExitCode code, const std::string& what) : std::runtime_error{what}, code_{code} {}
    ExitCode code() const { return code_; }

  private:
    ExitCode code_;
};

}  // namespace thaw::cli
