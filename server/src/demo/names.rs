//! Names of the customers' people, made out of common surnames and given names. Never the name of anybody meant.

const SURNAMES: [&str; 30] = [
    "陈", "孙", "刘", "林", "黄", "吴", "郭", "马", "罗", "梁", "宋", "唐", "许", "韩", "冯", "邓", "曹",
    "彭", "曾", "肖", "田", "董", "潘", "袁", "蔡", "蒋", "余", "杜", "叶", "程",
];

const GIVEN: [&str; 41] = [
    "立", "倩", "洋", "国华", "丽娟", "志强", "晓梅", "建军", "雅琴", "文斌", "海燕", "永康", "思雨", "德明",
    "春兰", "俊杰", "佳宁", "卫东", "秀英", "明哲", "欣然", "振宇", "玉珍", "嘉豪", "慧敏", "长河", "婷婷",
    "守义", "静", "磊", "芳", "凯", "雪", "子涵", "立新", "美玲", "少华", "云飞", "敏之", "广林", "瑞",
];

/// Returns the n-th name. The two lists have no common divisor, so that it takes 1,230 names until one comes again.
pub(super) fn name(n: usize) -> String {
    format!("{}{}", SURNAMES[n % SURNAMES.len()], GIVEN[n % GIVEN.len()])
}

/// Returns the n-th telephone number; 130 0000 is given to nobody.
pub(super) fn phone(n: usize) -> String {
    format!("130 0000 {:04}", 2_100 + n * 37 % 7_900)
}
