// SPDX-License-Identifier: Apache-2.0
// Gives the precompiled common headers a target to belong to (Module.cmake).
