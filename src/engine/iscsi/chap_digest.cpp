// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/chap_digest.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>

namespace lunet::iscsi {

namespace {

struct Free {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::unique_ptr<EVP_MD, Free> fetch(ChapAlgorithm algorithm) {
  const char* name = "MD5";
  if (algorithm == ChapAlgorithm::sha1) name = "SHA1";
  if (algorithm == ChapAlgorithm::sha256) name = "SHA256";
  if (algorithm == ChapAlgorithm::sha3_256) name = "SHA3-256";
  std::unique_ptr<EVP_MD, Free> digest(EVP_MD_fetch(nullptr, name, nullptr));
  if (digest == nullptr) ERR_clear_error();
  return digest;
}

}  // namespace

std::string_view algorithm_name(ChapAlgorithm algorithm) {
  switch (algorithm) {
    case ChapAlgorithm::md5: return "MD5";
    case ChapAlgorithm::sha1: return "SHA1";
    case ChapAlgorithm::sha256: return "SHA-256";
    case ChapAlgorithm::sha3_256: return "SHA3-256";
  }
  return "?";
}

std::size_t chap_digest_bytes(ChapAlgorithm algorithm) {
  switch (algorithm) {
    case ChapAlgorithm::md5: return 16;
    case ChapAlgorithm::sha1: return 20;
    case ChapAlgorithm::sha256:
    case ChapAlgorithm::sha3_256: break;
  }
  return 32;
}

bool algorithm_available(ChapAlgorithm algorithm) {
  return fetch(algorithm) != nullptr;
}

std::optional<std::vector<std::uint8_t>> chap_response(ChapAlgorithm algorithm, std::uint8_t identifier,
                                                       std::string_view secret, Bytes challenge) {
  const auto digest = fetch(algorithm);
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  std::vector<std::uint8_t> response(chap_digest_bytes(algorithm));
  if (digest == nullptr || context == nullptr ||
      EVP_MD_get_size(digest.get()) != static_cast<int>(response.size()) ||
      EVP_DigestInit_ex2(context.get(), digest.get(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), &identifier, 1) != 1 ||
      EVP_DigestUpdate(context.get(), secret.data(), secret.size()) != 1 ||
      EVP_DigestUpdate(context.get(), challenge.data(), challenge.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), response.data(), nullptr) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  return response;
}

bool same_bytes(Bytes a, Bytes b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace lunet::iscsi
