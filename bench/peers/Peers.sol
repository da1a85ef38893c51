// SPDX-License-Identifier: UNLICENSED
// The same two things that the hub does natively, as people write them in Solidity: a token, and a
// pool that takes it and gives shares. Measured beside the hub on anvil.
pragma solidity ^0.8.20;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

contract Asset is ERC20 {
    constructor() ERC20("BNB", "BNB") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// One unit each for accounts nobody has heard of.
    function mintMany(uint256 first, uint256 count) external {
        for (uint256 i = first; i < first + count; ++i)
            _mint(address(uint160(uint256(keccak256(abi.encode(i))))), 1);
    }
}

contract Pool is ERC20 {
    using SafeERC20 for IERC20;

    event Staked(address indexed who, uint256 assets, uint256 shares);
    error TooLittle(uint256 assets, uint256 least);
    error CapReached(uint256 pooled, uint256 cap);

    IERC20 public immutable asset;
    uint256 public pooled;
    uint256 public buffer;

    constructor(IERC20 asset_) ERC20("Liquid BNB", "thBNB") {
        asset = asset_;
    }

    /// Takes assets and gives the part of the pool that they are; rounds down.
    function stake(uint256 assets) external returns (uint256 shares) {
        if (assets < 0.1 ether) revert TooLittle(assets, 0.1 ether);
        if (pooled + assets > 1e36) revert CapReached(pooled, 1e36);
        shares = pooled == 0 ? assets : Math.mulDiv(assets, totalSupply(), pooled);
        asset.safeTransferFrom(msg.sender, address(this), assets);
        pooled += assets;
        buffer += assets;
        _mint(msg.sender, shares);
        emit Staked(msg.sender, assets, shares);
    }
}
