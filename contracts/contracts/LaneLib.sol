// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Four 64-bit numbers side by side in one storage word
/// @notice Lane 0 is the lowest; an index counts lanes over all words, so its last two bits choose the lane.
library LaneLib {
    function get64(uint256 word, uint256 index) internal pure returns (uint64) {
        return uint64(word >> ((index & 3) * 64));
    }

    function set64(uint256 word, uint256 index, uint64 value) internal pure returns (uint256) {
        uint256 shift = (index & 3) * 64;
        return (word & ~(uint256(type(uint64).max) << shift)) | (uint256(value) << shift);
    }
}
