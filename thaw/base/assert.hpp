/// Facts that only a bug can break. They stay on in release: a node that is wrong must stop.
#pragma once
#include <cstdio>
#include <cstdlib>

/// States a fact; prints it and aborts when it does not hold. The log is then the reproduction.
#define THAW_ASSERT(...)                                                                   \
    do {                                                                                   \
        if (!(__VA_ARGS__)) [[unlikely]] {                                                 \
            std::fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #__VA_ARGS__); \
            std::abort();                                                                  \
        }                                                                                  \
    } while (false)
