"""What shops call their columns: data for the automatic mapping, in the form of `mapping.normal_name`, best first."""

from __future__ import annotations

# Several languages: English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, Chinese.
FIELDS: dict[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "product_id": "productid id itemid sku articleid articlenumber articleno asin uniqid "
        "uniqueid productcode itemcode "
        "itemnumber itemno variantsku variantid handle artikelnummer artikelnr artnr produktid "
        "produktnummer idproduit "
        "reference referencia codigo idproducto codice artikelcode 商品id 商品编号 编号 pid goodsid skuid upc gtin ean",
        "title": "title producttitle name productname productdisplayname displayname itemname "
        "itemtitle shorttitle headline "
        "produktname produkttitel bezeichnung artikelbezeichnung artikelname titel titre nomproduit nomduproduit nom "
        "nombre titulo nome nomeprodotto titolo naam productnaam nazwa tytul 标题 商品名称 商品标题 名称",
        "description": "description productdescription longdescription bodyhtml body desc "
        "shortdescription summary details "
        "bulletpoints bullets features abouttheproduct aboutproduct productdetails beschreibung produktbeschreibung "
        "langbeschreibung kurzbeschreibung descriptif descripcion descrizione descricao opis 描述 商品描述",
        "brand": "brand brandname manufacturer vendor marke hersteller marque "
        "fabricant marca fabricante "
        "produttore merk marka producent 品牌",
        "price": "saleprice currentprice discountedprice specialprice finalprice price "
        "sellingprice unitprice "
        "priceusd priceeur pricegbp amount priceamount regularprice listprice retailprice msrp rrp "
        "preis verkaufspreis "
        "preisbrutto prix prixttc precio prezzo prijs preco cena 价格 售价",
        "currency": "currency currencycode pricecurrency waehrung wahrung devise moneda valuta moeda waluta 货币",
        "stock": "stock currentstock stockquantity stocklevel quantity qty inventory "
        "inventoryquantity variantinventoryqty "
        "onhand availablequantity unitsinstock availability instock isinstock stockstatus bestand lagerbestand "
        "lagermenge verfugbarkeit disponibilite existencias disponibilidad giacenza disponibilita "
        "voorraad estoque stan "
        "库存",
        "rating": "rating averagerating avgrating stars reviewscore ratingaverage "
        "averagereviewrating reviewrating ratingvalue "
        "bewertung sterne durchschnittsbewertung notemoyenne calificacion valutazione beoordeling avaliacao ocena "
        "评分",
        "rating_count": "ratingcount ratingscount ratings numratings numberofratings nratings "
        "reviewcount reviewscount reviews "
        "numberofreviews numreviews noofratings noofreviews anzahlbewertungen bewertungen nombreavis "
        "numeroresenas 评论数",
        "monthly_sales": "monthlysales salespermonth unitssold sales soldunits soldlastmonth boughtlastmonth "
        "boughtinlastmonth salesvolume orders totalsold absatz verkaufe ventes ventas vendite verkopen 月销量 销量",
        "margin": "margin marginpct marginpercent grossmargin profitmargin contributionmargin marge "
        "margen margine 毛利率",
        "cost": "cost costprice unitcost costpritem costperitem purchaseprice wholesaleprice cogs einkaufspreis ek "
        "prixachat coste costo inkoopprijs 成本",
        "launch_date": "launchdate launchedat releasedate availabledate availablefrom availabilitydate firstavailable "
        "datefirstavailable introduced introductiondate publishedat listedat dateadded addedat createdat createddate "
        "onlinesince erscheinungsdatum einfuhrungsdatum datelancement fechalanzamiento 上架时间 上市日期",
        "group_id": "groupid itemgroupid parentsku parentid parentasin parentproductid productgroup productgroupid "
        "variantgroup variantgroupid familyid masterid mastersku modelgroup stylecode styleid parent gruppe "
        "variantengruppe",
        "image": "image images imageurl imagelink imagesrc imageurls mainimage mainimageurl "
        "primaryimage picture pictureurl "
        "photo photourl img imgurl thumbnail thumbnailurl imagebytes bild bildurl foto imagen immagine afbeelding 图片",
    }.items()
}

# A category in one column; `normal_category` reads its separators.
CATEGORY = tuple(
    "categorypath category categories categoryname productcategory categorytree googleproductcategory breadcrumbs "
    "breadcrumb kategorie kategoriepfad warengruppe categorie categoria catgorie kategoria 类目 分类 品类 "
    "amazoncategoryandsubcategory producttype".split()
)
# Levels from the widest to the narrowest; a path is made of one column of each level that is there.
LEVELS: tuple[tuple[str, ...], ...] = (
    tuple("department division departmentname mastercategory maincategory topcategory hauptkategorie univers".split()),
    tuple("category categoryname productcategory kategorie categorie categoria cat".split()),
    tuple("subcategory subcategoryname subcat unterkategorie souscategorie subcategoria sottocategoria".split()),
    tuple("subsubcategory thirdcategory leafcategory".split()),
    tuple("articletype".split()),
)

# Attributes that come under several names; the names on the left are those of `schema.MAIN_ATTRIBUTES`.
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "type": "producttype itemtype type kind",
        "audience": "audience targetaudience agegroup age agerange zielgruppe",
        "gender": "gender genderaffinity targetgender sex geschlecht genero 性别",
        "material": "material materials fabric fabrictype materialtype composition matiere materiale stoff 材质",
        "color": "color colour basecolour basecolor colorname colourname colors farbe couleur colore kleur cor 颜色",
        "style": "style stylename stil styletype",
        "occasion": "occasion occasions event anlass",
        "season": "season saison seasons temporada stagione 季节",
        "usage": "usage use intendeduse verwendung",
        "theme": "theme motif thema",
    }.items()
}

# Columns that run a shop rather than describe a product, or repeat what a field holds.
IGNORED = frozenset(
    "promoted featured active enabled published visible status deleted isdeleted isactive isactive "
    "published hidden url link "
    "producturl productlink mobilelink updatedat modifiedat lastmodified createdat "
    "createddate crawltimestamp "
    "timestamp index unnamed0 row rownumber sortorder position rank score vector embedding "
    "additionalimagelink taxclass "
    "taxable shippingweightunit requiresshipping giftcard seotitle seodescription metatitle "
    "metadescription metakeywords "
    "barcode ean gtin upc isbn mpn listprice regularprice msrp rrp retailprice compareatprice variantcompareatprice "
    "fulfillmentservice inventorypolicy inventorytracker warehouse supplier supplierid aliases slug keywords".split()
)
