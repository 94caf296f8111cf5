// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title Currency for tests and simulated communities, without any worth
/// @notice Its owner mints as much as it likes. A community that settles real money names a real token instead.
contract TestCurrency is ERC20, ERC20Permit, Ownable {
    constructor(
        address owner
    ) ERC20("Wattmesh Test Currency", "WTEST") ERC20Permit("Wattmesh Test Currency") Ownable(owner) {}

    function mint(address to, uint256 amountMicro) external onlyOwner {
        _mint(to, amountMicro);
    }

    /// @return 6: one unit is a micro-unit (1e-6) of the currency
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
