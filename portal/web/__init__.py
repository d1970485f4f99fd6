"""What knows Flask and serves every module: access, fragments, forms, errors, menu, headers, assets."""
